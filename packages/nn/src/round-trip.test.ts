import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  Conv2d,
  ConvTranspose2d,
  Embedding,
  Flatten,
  GELU,
  LayerNorm,
  LeakyReLU,
  Linear,
  LSTM,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
  Sigmoid,
  Tanh,
  TransformerEncoderLayer,
} from '@mg/nn';
import { loadSafetensors, saveSafetensors, slice, tensor, type Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

/** As in models.py. */
class Words extends Module {
  readonly embedding = new Embedding(20, 8);
  readonly norm = new LayerNorm(8);
  readonly mix = new Linear(8, 8);
  readonly out = new Linear(8, 3);

  override forward(words: Tensor): Tensor {
    return this.out.forward(
      this.mix
        .forward(this.norm.forward(this.embedding.forward(words)))
        .tanh()
        .mean(1),
    );
  }
}

/** As in models.py. */
class Tagger extends Module {
  readonly embedding = new Embedding(20, 6);
  readonly lstm = new LSTM(6, 4, { numLayers: 2, bidirectional: true, batchFirst: true });
  readonly encoder = new TransformerEncoderLayer(8, 2, { dimFeedforward: 12, batchFirst: true });
  readonly out = new Linear(8, 3);

  override forward(words: Tensor): Tensor {
    const [states] = this.lstm.forward(this.embedding.forward(words));
    return this.out.forward(this.encoder.forward(states).at(slice(), -1));
  }
}

const models: Readonly<Record<string, () => Module>> = {
  mlp: () => new Sequential(new Linear(12, 16), new ReLU(), new Linear(16, 8), new Tanh(), new Linear(8, 5)),
  cnn: () =>
    new Sequential(
      ...[new Conv2d(1, 4, 3, { padding: 1 }), new BatchNorm2d(4), new ReLU(), new MaxPool2d(2)],
      ...[new Conv2d(4, 6, 3, { padding: 'same', bias: false }), new BatchNorm2d(6), new GELU(), new AvgPool2d(2)],
      ...[new Flatten(), new Linear(24, 10), new BatchNorm1d(10), new Linear(10, 5)],
    ),
  words: () => new Words(),
  tagger: () => new Tagger(),
  // A DCGAN.
  generator: () =>
    new Sequential(
      ...[new ConvTranspose2d(6, 8, 4, { bias: false }), new BatchNorm2d(8), new ReLU()],
      ...[new ConvTranspose2d(8, 4, 4, { stride: 2, padding: 1, bias: false }), new BatchNorm2d(4), new ReLU()],
      ...[new ConvTranspose2d(4, 1, 4, { stride: 2, padding: 1, bias: false }), new Tanh()],
    ),
  discriminator: () =>
    new Sequential(
      ...[new Conv2d(1, 4, 4, { stride: 2, padding: 1, bias: false }), new LeakyReLU(0.2)],
      ...[new Conv2d(4, 8, 4, { stride: 2, padding: 1, bias: false }), new BatchNorm2d(8), new LeakyReLU(0.2)],
      ...[new Conv2d(8, 1, 4, { bias: false }), new Sigmoid(), new Flatten()],
    ),
};

const folder = path.join(import.meta.dirname, '../fixtures');

interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}
const answers = JSON.parse(readFileSync(path.join(folder, 'models.json'), 'utf8')) as Record<
  string,
  { input: Numbers; logits: Numbers }
>;

const fileOf = (name: string): Uint8Array => readFileSync(path.join(folder, `${name}.safetensors`));

/** A loaded model, in use. */
function loaded(name: string): Module {
  const model = models[name]?.();
  if (model === undefined) throw new Error(`there is no model ${name}`);
  model.loadStateDict(loadSafetensors(fileOf(name)));
  return model.eval();
}

/** The entries of a safetensors file with their bytes, read by its description alone. */
function readFile(bytes: Uint8Array): Record<string, { dtype: string; shape: number[]; hex: string }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const hex = Array.from(bytes.subarray(start + from, start + to), (byte) => byte.toString(16).padStart(2, '0'));
        return [name, { dtype, shape, hex: hex.join('') }];
      },
    ),
  );
}

describe.each(Object.keys(models))('%s, trained in PyTorch', (name) => {
  test('gives the same logits here, to 1e-5', () => {
    const { input, logits } = answers[name] as (typeof answers)[string];
    const dtype = ['words', 'tagger'].includes(name) ? 'int32' : 'float32';
    const found = loaded(name).forward(tensor(input.data, { shape: input.shape, dtype }));
    expect(found.shape).toEqual(logits.shape);
    expect(Math.max(...Array.from(found.data, (x, at) => Math.abs(x - (logits.data[at] ?? NaN))))).toBeLessThan(1e-5);
  });

  test('written here is the same file, to the bit', () => {
    const model = loaded(name);
    const written = saveSafetensors(model.stateDict());
    expect(readFile(written)).toEqual(readFile(fileOf(name)));
    expect(Buffer.from(written).equals(Buffer.from(fileOf(name)))).toBe(true);
  });
});

test('the counter of batches is int32 here, and I64 in a file, also of a model that was made here', () => {
  const model = new Sequential(new BatchNorm1d(2));
  model.forward(tensor([[1, 2], [3, 5]])); // prettier-ignore
  const state = model.stateDict();
  expect(state['0.num_batches_tracked']?.dtype).toBe('int32');
  expect(readFile(saveSafetensors(state))['0.num_batches_tracked']).toEqual({
    dtype: 'I64',
    shape: [],
    hex: '0100000000000000',
  });
});
