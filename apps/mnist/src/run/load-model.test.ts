import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { randn, saveSafetensors } from '@mg/tensor';
import { madeUpSettings } from '../../test/made-up-digits.ts';
import { startTraining } from '../training.ts';
import { checkpointBytes, readCheckpoint } from './checkpoint.ts';
import { loadModel } from './load-model.ts';

// As they are, and counted.
vi.mock(import('@mg/tensor'), async (importOriginal) => {
  const tensor = await importOriginal();
  return { ...tensor, randn: vi.fn(tensor.randn), saveSafetensors: vi.fn(tensor.saveSafetensors) };
});

const folder = mkdtempSync(path.join(tmpdir(), 'mnist-model-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a model is read without drawing weights first, and without writing the file again to check its digest', () => {
  const file = path.join(folder, 'last.safetensors');
  writeFileSync(file, checkpointBytes(startTraining(madeUpSettings)));
  expect(randn).toHaveBeenCalledTimes(3); // the weights of three layers
  expect(saveSafetensors).toHaveBeenCalledTimes(2); // to make the digest, and with it
  vi.clearAllMocks();
  loadModel(file);
  readCheckpoint(file);
  expect(randn).not.toHaveBeenCalled();
  expect(saveSafetensors).not.toHaveBeenCalled();
});
