import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSafetensors, saveSafetensors, zeros } from '@mg/tensor';
import { madeUpDigits, madeUpSettings as settings } from '../../test/made-up-digits.ts';
import { splitValidation } from '../data.ts';
import { type ModelName } from '../model.ts';
import { train } from '../train.ts';
import { startTraining, type Training } from '../training.ts';
import { checkpointBytes, modelBytes, readCheckpoint } from './checkpoint.ts';
import { loadModel } from './load-model.ts';

const data = splitValidation(madeUpDigits(120));

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mnist-checkpoint-'));
  file = path.join(folder, 'last.safetensors');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Takes steps until `until` of them are done. */
async function go(training: Training, until: number): Promise<void> {
  for await (const { step } of train(training, data, () => Promise.resolve())) if (step >= until) break;
}

function restored(training: Training): Training {
  writeFileSync(file, checkpointBytes(training));
  return readCheckpoint(file);
}

describe.each<ModelName>(['mlp', 'cnn'])('a checkpoint of the %s', (model) => {
  // 7 steps are an epoch: before the first, within one, at an end.
  test.each([0, 3, 7, 12])('after step %d: training continues to the same bits', async (steps) => {
    const whole = startTraining({ ...settings, model });
    await go(whole, 18);
    const training = startTraining({ ...settings, model });
    if (steps > 0) await go(training, steps);
    const other = restored(training);
    expect(other.position).toEqual(training.position);
    expect(other.best).toEqual(training.best);
    await go(other, 18);
    expect(Buffer.from(checkpointBytes(other)).equals(checkpointBytes(whole))).toBe(true);
  });
});

test('the weights in the files are those of PyTorch by name, and loadModel reads them from either', async () => {
  const training = startTraining(settings);
  await go(training, 7);
  writeFileSync(file, checkpointBytes(training));
  const best = path.join(folder, 'best.safetensors');
  writeFileSync(best, modelBytes(training));
  const expected = training.model.stateDict();
  expect(Object.keys(loadSafetensors(readFileSync(best))).sort()).toEqual(Object.keys(expected).sort());
  for (const from of [file, best, folder]) {
    const { model, name, task, inputShape } = loadModel(from);
    expect([name, inputShape, task.classes, model.training]).toEqual(['mlp', [784], 10, false]);
    for (const [key, value] of Object.entries(model.stateDict())) expect(value.data).toEqual(expected[key]?.data);
  }
});

test.each<ModelName>(['mlp', 'cnn'])(
  'a file with the weights of a %s and nothing else, as PyTorch writes it',
  (model) => {
    const { model: made } = startTraining({ ...settings, model, classes: 7 });
    writeFileSync(file, saveSafetensors(made.stateDict()));
    expect(loadModel(file)).toMatchObject({ name: model, task: { rows: 28, cols: 28, classes: 7 } });
    expect(() => readCheckpoint(file)).toThrow('contains a model but no training state');
  },
);

describe('damage', () => {
  const bytes = Buffer.from(checkpointBytes(startTraining({ ...settings, rows: 4, cols: 4 })));

  const damaged = (content: Uint8Array): void => {
    writeFileSync(file, content);
    for (const read of [readCheckpoint, loadModel]) {
      const message = expect.stringContaining(`${file}: damaged, or not a checkpoint: `) as string;
      expect(() => read(file)).toThrow(expect.objectContaining({ name: 'RunError', message }));
    }
  };

  test('any changed byte, except blanks after the header', () => {
    const headerEnd = 8 + Number(bytes.readBigUInt64LE());
    const text = bytes.subarray(8, headerEnd).toString('latin1').trimEnd().length;
    const place = fc.oneof(
      fc.integer({ min: 0, max: 7 + text }),
      fc.integer({ min: headerEnd, max: bytes.length - 1 }),
    );
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), (at, change) => {
        damaged(bytes.with(at, (bytes[at] ?? 0) ^ change));
      }),
      { numRuns: 300 },
    );
  });

  test('any cut, and more at the end', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        damaged(bytes.subarray(0, length));
      }),
    );
    damaged(Buffer.concat([bytes, Buffer.alloc(1)]));
  });

  test('another version, and notes of another form', () => {
    const { model } = startTraining(settings);
    const notes = { version: 1, settings, best: null };
    const read = (change: object): void => {
      const metadata = { 'mnist.model': JSON.stringify({ ...notes, ...change }) };
      const sha256 = createHash('sha256').update(saveSafetensors(model.stateDict(), { metadata })).digest('hex');
      writeFileSync(file, saveSafetensors(model.stateDict(), { metadata: { ...metadata, 'mnist.sha256': sha256 } }));
      loadModel(file);
    };
    expect(() => {
      read({});
    }).not.toThrow();
    for (const [change, message] of [
      [{ version: 2 }, 'its version is 2; expected 1'],
      [{ settings: 5 }, 'Expected Object'],
      [{ settings: { ...settings, rows: 1e9 } }, 'rows: '],
      [{ settings: { ...settings, classes: '10' } }, 'classes: '],
      [{ best: { epoch: 'x' } }, 'epoch: '],
      [{ note: 1 }, 'unknown key "note"'],
      [{ settings: { ...settings, '<script>': 1 } }, 'unknown key "<script>"'],
    ] as const) {
      expect(() => {
        read(change);
      }, message).toThrow(message);
    }
  });

  test('other files', () => {
    damaged(Buffer.from('five, nought, four'));
    writeFileSync(file, saveSafetensors({ weight: zeros([2, 2]) }));
    expect(() => loadModel(file)).toThrow(
      'does not have the parameters of the mlp (0.weight, 2.weight, 4.weight) or the cnn',
    );
    expect(() => loadModel(path.join(folder, 'nothing'))).toThrow('nothing: no such file.');
  });
});
