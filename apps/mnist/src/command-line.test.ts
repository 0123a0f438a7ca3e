import { expect, test, vi } from 'vitest';
import { commandLine, type Commands } from './command-line.ts';

/** What a command is asked for. */
function parse(...args: string[]): unknown {
  let given: unknown;
  const command = (name: string) => (options: unknown) => {
    given = { [name]: options };
    return Promise.resolve();
  };
  const commands: Commands = { train: command('train'), evaluate: command('evaluate'), predict: command('predict') };
  commandLine(commands).parse(args, { from: 'user' });
  return given;
}

/** What is written to standard error for arguments that are refused. */
function refusal(...args: string[]): string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(() => parse(...args)).toThrow(expect.objectContaining({ name: 'CommanderError', exitCode: 1 }));
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

test('train is what is done without a command', () => {
  expect(parse()).toEqual({ train: {} });
  expect(parse('train')).toEqual({ train: {} });
});

test('every flag of train', () => {
  const flags =
    '--model cnn --epochs 1 --batch-size 64 --lr 2e-3 --seed 42 --data ../fashion --out here --resume --full --target-accuracy 97 --json';
  const train = {
    model: 'cnn',
    epochs: 1,
    batchSize: 64,
    lr: 0.002,
    seed: 42,
    data: '../fashion',
    out: 'here',
    resume: true,
    full: true,
    targetAccuracy: 97,
    json: true,
  };
  expect(parse(...flags.split(' '))).toEqual({ train });
  expect(parse('train', ...flags.split(' '))).toEqual({ train });
  expect(parse('--epochs=2', '--data=a b')).toEqual({ train: { epochs: 2, data: 'a b' } });
});

test('evaluate and predict', () => {
  expect(parse('evaluate', '--checkpoint', 'a.safetensors', '--data', 'b', '--json')).toEqual({
    evaluate: { checkpoint: 'a.safetensors', data: 'b', json: true },
  });
  expect(parse('predict', 'a.png', '--checkpoint', 'runs/mlp-1', 'b', '--json')).toEqual({
    predict: { files: ['a.png', 'b'], checkpoint: 'runs/mlp-1', json: true },
  });
});

test.each([
  [
    '--epochs',
    ['0', '-1', '1.5', 'abc', '', ' ', '3x', '0x3', '1e1', 'Infinity', '1e400'],
    'Expected a whole number, 1 or more.',
  ],
  ['--batch-size', ['0', '-32', '0.5', 'NaN'], 'Expected a whole number, 1 or more.'],
  ['--seed', ['-1', '1.5', 'x'], 'Expected a whole number, 0 or more.'],
  [
    '--seed',
    ['9007199254740992', '9007199254740993', '1'.repeat(400)],
    'It is too large to be exact. Expected a whole number up to 9007199254740991.',
  ],
  ['--lr', ['0', '-0.1', 'fast', '0x1', 'Infinity', '1e999', ''], 'Expected a number above 0.'],
  ['--target-accuracy', ['-1', '101', '97%', 'NaN', ''], 'Expected a percentage from 0 to 100.'],
  ['--data', [''], 'Expected a path.'],
  ['--out', [''], 'Expected a path.'],
  ['--out', ['caf\uFFFD'], 'the name is not UTF-8, so that the file cannot be opened. Rename it.'],
  ['--model', ['MLP', 'rnn', ''], 'Allowed choices are mlp, cnn.'],
])('%s with what it is not', (flag, values, expected) => {
  for (const value of values) {
    const line = refusal(flag, value);
    expect(line).toMatch(/^error: option '.*' argument '.*' is invalid\. .* Try --help\.\n$/);
    expect(line).toContain(expected);
    expect(line).toContain(`'${value}'`);
  }
});

test.each([
  [['--epoch', '3'], "error: unknown option '--epoch' (Did you mean --epochs?) Try --help.\n"],
  [['train', '--fast'], "error: unknown option '--fast'. Try --help.\n"],
  [['evalute'], "error: unknown command 'evalute'. With npm, flags follow --. Try --help.\n"],
  [['predict', '--checkpoint', 'x'], "error: missing required argument 'files'. Try --help.\n"],
  [
    ['evaluate', 'x', '--checkpoint', 'x'],
    "error: too many arguments for 'evaluate'. Expected 0 arguments but got 1. Try --help.\n",
  ],
  [['--lr'], "error: option '--lr <x>' argument missing. Try --help.\n"],
])('%j', (args, line) => {
  expect(refusal(...args)).toBe(line);
});

test('the largest seed, and no checkpoint', () => {
  expect(parse('--seed', '9007199254740991')).toEqual({ train: { seed: 9_007_199_254_740_991 } });
  expect(parse('evaluate')).toEqual({ evaluate: {} });
  expect(parse('predict', 'a.png')).toEqual({ predict: { files: ['a.png'] } });
});

test('what would steer a terminal is written out', () => {
  expect(refusal('--fast\u001b[31m\n\u202e')).toBe(
    "error: unknown option '--fast\\u001b[31m\\u000a\\u202e'. Try --help.\n",
  );
  expect(refusal('--epochs', '\u009b1\u2066')).toContain("argument '\\u009b1\\u2066' is invalid.");
});

test('help shows every flag of every command, without asking for it by name', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(() => parse('--help')).toThrow(expect.objectContaining({ exitCode: 0 }));
  const text = write.mock.calls.map(([part]) => String(part)).join('');
  write.mockRestore();
  for (const flag of [
    'epochs',
    'batch-size',
    'lr',
    'seed',
    'data',
    'out',
    'resume',
    'full',
    'target-accuracy',
    'json',
    'checkpoint',
  ]) {
    expect(text).toContain(`--${flag}`);
  }
});
