import { expect, test, vi } from 'vitest';
import { commandLine, type TrainArguments } from './command-line.ts';

function parse(...args: string[]): TrainArguments | undefined {
  let given: TrainArguments | undefined;
  commandLine({ train: (options) => void (given = options) }).parse(args, { from: 'user' });
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

const defaults = { epochs: 3, batchSize: 32, lr: 1e-3, seed: 0 };

test('train is what is done without a command', () => {
  expect(parse()).toEqual(defaults);
  expect(parse('train')).toEqual(defaults);
});

test('every flag', () => {
  const flags = '--epochs 1 --batch-size 64 --lr 2e-3 --seed 42 --data ../fashion --target-accuracy 97'.split(' ');
  const given = { epochs: 1, batchSize: 64, lr: 0.002, seed: 42, data: '../fashion', targetAccuracy: 97 };
  expect(parse(...flags)).toEqual(given);
  expect(parse('train', ...flags)).toEqual(given);
  expect(parse('--epochs=2', '--data=a b')).toEqual({ ...defaults, epochs: 2, data: 'a b' });
});

test.each([
  [
    '--epochs',
    ['0', '-1', '1.5', 'abc', '', ' ', '3x', '0x3', '1e1', 'Infinity', '1e400'],
    'Expected a whole number, 1 or more.',
  ],
  ['--batch-size', ['0', '-32', '0.5', 'NaN'], 'Expected a whole number, 1 or more.'],
  ['--seed', ['-1', '1.5', 'x', '9007199254740992'], 'Expected a whole number, 0 or more.'],
  ['--lr', ['0', '-0.1', 'fast', '0x1', 'Infinity', '1e999', ''], 'Expected a number above 0.'],
  ['--target-accuracy', ['-1', '101', '97%', 'NaN', ''], 'Expected percent, a number from 0 to 100.'],
  ['--data', [''], 'Expected the path of a folder.'],
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
  [['--lr'], "error: option '--lr <x>' argument missing. Try --help.\n"],
])('%j', (args, line) => {
  expect(refusal(...args)).toBe(line);
});

test('help shows every flag of train, without asking for it by name', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(() => parse('--help')).toThrow(expect.objectContaining({ exitCode: 0 }));
  const text = write.mock.calls.map(([part]) => String(part)).join('');
  write.mockRestore();
  for (const flag of ['epochs', 'batch-size', 'lr', 'seed', 'data', 'target-accuracy', 'help']) {
    expect(text).toContain(`--${flag}`);
  }
});
