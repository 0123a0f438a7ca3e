import { type Array as JaxArray, defaultDevice, type Device, init, lax, nn, numpy as np, vjp } from '@jax-js/jax';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Precision } from '@mg/gradcheck';
import { type Library, type Operation, tensorLibrary } from '../library.ts';
import { type Options } from '../points.ts';

type One = (x: JaxArray, options: Options) => JaxArray;
type Two = (a: JaxArray, b: JaxArray, options: Options) => JaxArray;

// A function of jax-js takes its arguments away; each operation gets a reference of its own.
const one =
  (call: One): Operation<JaxArray> =>
  ([x], options) =>
    call(given(x).ref, options);
const two =
  (call: Two): Operation<JaxArray> =>
  ([a, b], options) =>
    call(given(a).ref, given(b).ref, options);

const ints = (list: unknown): JaxArray => np.array(list, { dtype: np.int32 });
const channelsFirst = (x: JaxArray): JaxArray => np.transpose(x, [0, 3, 1, 2]);
const channelsLast = (x: JaxArray): JaxArray => np.transpose(x, [0, 2, 3, 1]);
const window = (size: unknown): number[] => [size as number, size as number];

/** Without rsqrt, which jax-js does not have. */
const operations: Readonly<Record<string, Operation<JaxArray>>> = {
  add: two((a, b) => np.add(a, b)),
  sub: two((a, b) => np.subtract(a, b)),
  mul: two((a, b) => np.multiply(a, b)),
  div: two((a, b) => np.trueDivide(a, b)),
  pow: two((a, b) => np.power(a, b)),
  'pow by a number': one((x, { exponent }) => np.power(x, exponent as number)),
  maximum: two((a, b) => np.maximum(a, b)),
  minimum: two((a, b) => np.minimum(a, b)),
  neg: one((x) => np.negative(x)),
  abs: one((x) => np.absolute(x)),
  square: one((x) => np.square(x)),
  reciprocal: one((x) => np.reciprocal(x)),
  sqrt: one((x) => np.sqrt(x)),
  clip: one((x, { low, high }) => np.clip(x, low as number, high as number)),
  exp: one((x) => np.exp(x)),
  expm1: one((x) => np.expm1(x)),
  log: one((x) => np.log(x)),
  log1p: one((x) => np.log1p(x)),
  sin: one((x) => np.sin(x)),
  cos: one((x) => np.cos(x)),
  tan: one((x) => np.tan(x)),
  tanh: one((x) => np.tanh(x)),
  erf: one((x) => lax.erf(x)),
  sigmoid: one((x) => nn.sigmoid(x)),
  relu: one((x) => nn.relu(x)),
  leakyRelu: one((x, { slope }) => nn.leakyRelu(x, slope as number)),
  elu: one((x) => nn.elu(x)),
  gelu: one((x) => nn.gelu(x, { approximate: false })),
  silu: one((x) => nn.silu(x)),
  softplus: one((x) => nn.softplus(x)),
  sum: one((x, { axis }) => np.sum(x, axis as number)),
  mean: one((x, { axis }) => np.mean(x, axis as number)),
  prod: one((x, { axis }) => np.prod(x, axis as number)),
  max: one((x, { axis }) => np.max(x, axis as number)),
  min: one((x, { axis }) => np.min(x, axis as number)),
  variance: one((x, { axis }) => np.var_(x, axis as number)),
  std: one((x, { axis }) => np.std(x, axis as number)),
  norm: one((x, { axis }) => np.linalg.norm(x, { axis: axis as number })),
  logsumexp: one((x, { axis }) => nn.logsumexp(x, axis as number)),
  cumsum: one((x, { axis }) => np.cumsum(x, axis as number)),
  softmax: one((x, { axis }) => nn.softmax(x, axis as number)),
  logSoftmax: one((x, { axis }) => nn.logSoftmax(x, axis as number)),
  matmul: two((a, b) => np.matmul(a, b)),
  'matmul, batches': two((a, b) => np.matmul(a, b)),
  'matmul, matrix and vector': two((a, b) => np.matmul(a, b)),
  dot: two((a, b) => np.dot(a, b)),
  outer: two((a, b) => np.outer(a, b)),
  // Equations in text need the iterator helpers of Node 22; in numbers they do not.
  einsum: two((a, b) => np.einsum(a, [0, 1, 2], b, [2, 3], [0, 1, 3])),
  transpose: one((x) => np.transpose(x)),
  reshape: one((x, { shape }) => np.reshape(x, shape as number[])),
  broadcastTo: one((x, { shape }) => np.broadcastTo(x, shape as number[])),
  concat: two((a, b, { axis }) => np.concatenate([a, b], axis as number)),
  stack: two((a, b, { axis }) => np.stack([a, b], axis as number)),
  slice: one((x, { start, stop }) => x.slice([], [start as number, stop as number])),
  // Strided slices are not implemented, says the documentation of slice, and indexing by arrays is.
  'slice by steps': one((x, { start, stop, step }) =>
    x.slice([], np.arange(start as number, stop as number, step as number, { dtype: np.int32 })),
  ),
  pad: one((x, { widths }) => np.pad(x, widths as [number, number][])),
  flip: one((x, { axis }) => np.flip(x, axis as number)),
  tile: one((x, { reps }) => np.tile(x, reps as number[])),
  take: one((x, { indices, axis }) => np.take(x, ints(indices), axis as number)),
  'pad of take': one((x, { indices, after }) => np.pad(np.take(x, ints(indices)), [[0, after as number]])),
  gather: one((x, { indices }) => np.takeAlongAxis(x, ints(indices), 1)),
  where: two((a, b, { condition }) => np.where(np.array(condition), a, b)),
  conv2d: two((x, w, { stride, padding }) => {
    const pair: [number, number] = [padding as number, padding as number];
    const kernels = np.transpose(w, [3, 2, 0, 1]);
    return channelsLast(lax.convGeneralDilated(channelsFirst(x), kernels, window(stride), [pair, pair]));
  }),
  maxPool2d: one((x, { kernel, stride }) =>
    channelsLast(lax.reduceWindow(channelsFirst(x), np.max, window(kernel), window(stride))),
  ),
  avgPool2d: one((x, { kernel, stride }) =>
    channelsLast(lax.reduceWindow(channelsFirst(x), np.mean, window(kernel), window(stride))),
  ),
  'cross entropy': one((x, { labels }) => {
    const rows = (labels as number[]).length;
    const picked = nn.oneHot(ints(labels), x.shape[1] ?? 0);
    return nn
      .logSoftmax(x)
      .mul(picked)
      .sum()
      .mul(-1 / rows);
  }),
};

/** jax-js on one of its devices: wasm, the default, in float32, or cpu, in JavaScript, in float64. */
export async function jax(device: Device, precision: Precision): Promise<Library> {
  const devices = await init(device);
  if (!devices.includes(device)) throw new Error(`jax-js has no device ${device} here, only ${devices.join(', ')}`);
  allowFloat64Arrays();
  const array = (data: readonly number[]): JaxArray =>
    np.array(precision === 'float64' ? Float64Array.from(data) : Float32Array.from(data), { device });
  const create = (data: readonly number[], shape: readonly number[]): JaxArray => {
    const [first = 0] = data;
    if (!data.every((x) => Object.is(x, first))) return array(data).reshape([...shape]);
    // An array whose elements are all equal becomes a constant, which is computed with in JavaScript, not on the device. So that edges
    // of one element are asked of the device too, another element stands behind, and is cut off.
    return array([...data, first === 0 ? 1 : 0])
      .slice([0, data.length])
      .reshape([...shape]);
  };
  return tensorLibrary<JaxArray>({
    name: precision === 'float64' ? 'jax-js, float64' : 'jax-js',
    setting: `@jax-js/jax ${version()}, device ${device}, ${precision}`,
    operations,
    create,
    weighted: (tensors, weights) =>
      tensors.map((x, at) => x.ref.mul(given(weights[at]).ref).sum()).reduce((a, b) => a.add(b), create([0], [])),
    tidy: (run) => {
      const before = defaultDevice();
      defaultDevice(device);
      try {
        return run();
      } finally {
        defaultDevice(before);
      }
    },
    adapter: {
      precision,
      // The type that is declared names Float16Array, which es2023 does not know.
      read: (x) => ({ shape: x.shape, dtype: x.dtype, data: x.ref.dataSync() as Float32Array | Float64Array }),
      write: (x, data) => create(data, x.shape),
      vjp: (fn, inputs, cotangent) => {
        const [output, pullback] = vjp(
          fn,
          inputs.map((x) => x.ref),
        );
        output.dispose();
        return pullback(cotangent.ref);
      },
    },
  });
}

/**
 * np.array looks for Float16Array when it is given float64, and Node 20 and 22 have none: any class by that name does, since
 * no element is ever of that type here.
 */
function allowFloat64Arrays(): void {
  if (!Reflect.has(globalThis, 'Float16Array')) Reflect.set(globalThis, 'Float16Array', Uint16Array);
}

function version(): string {
  const entry = createRequire(import.meta.url).resolve('@jax-js/jax');
  const manifest = path.join(path.dirname(entry), '../package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

function given(x: JaxArray | undefined): JaxArray {
  if (x === undefined) throw new Error('the table gives this operation fewer arrays than it takes');
  return x;
}
