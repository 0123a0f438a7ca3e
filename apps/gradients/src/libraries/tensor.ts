import { type Precision } from '@mg/gradcheck';
import { crossEntropy } from '@mg/nn';
import { concat, einsum, grad, slice, stack, type Tensor, tensor, where } from '@mg/tensor';
import { type Library, type Operation, tensorLibrary } from '../library.ts';
import { type Options } from '../points.ts';

type One = (x: Tensor, options: Options) => Tensor;
type Two = (a: Tensor, b: Tensor, options: Options) => Tensor;

const one =
  (call: One): Operation<Tensor> =>
  ([x], options) =>
    call(given(x), options);
const two =
  (call: Two): Operation<Tensor> =>
  ([a, b], options) =>
    call(given(a), given(b), options);

const ints = (list: unknown): Tensor => tensor(list as number[], { dtype: 'int32' });
const channelsFirst = (x: Tensor): Tensor => x.permute([0, 3, 1, 2]);
const channelsLast = (x: Tensor): Tensor => x.permute([0, 2, 3, 1]);

const operations: Readonly<Record<string, Operation<Tensor>>> = {
  add: two((a, b) => a.add(b)),
  sub: two((a, b) => a.sub(b)),
  mul: two((a, b) => a.mul(b)),
  div: two((a, b) => a.div(b)),
  pow: two((a, b) => a.pow(b)),
  'pow by a number': one((x, { exponent }) => x.pow(exponent as number)),
  maximum: two((a, b) => a.maximum(b)),
  minimum: two((a, b) => a.minimum(b)),
  neg: one((x) => x.neg()),
  abs: one((x) => x.abs()),
  square: one((x) => x.square()),
  reciprocal: one((x) => x.reciprocal()),
  sqrt: one((x) => x.sqrt()),
  rsqrt: one((x) => x.rsqrt()),
  clip: one((x, { low, high }) => x.clip(low as number, high as number)),
  exp: one((x) => x.exp()),
  expm1: one((x) => x.expm1()),
  log: one((x) => x.log()),
  log1p: one((x) => x.log1p()),
  sin: one((x) => x.sin()),
  cos: one((x) => x.cos()),
  tan: one((x) => x.tan()),
  tanh: one((x) => x.tanh()),
  erf: one((x) => x.erf()),
  sigmoid: one((x) => x.sigmoid()),
  relu: one((x) => x.relu()),
  leakyRelu: one((x, { slope }) => x.leakyRelu(slope as number)),
  elu: one((x) => x.elu()),
  gelu: one((x) => x.gelu()),
  silu: one((x) => x.silu()),
  softplus: one((x) => x.softplus()),
  sum: one((x, { axis }) => x.sum(axis as number)),
  mean: one((x, { axis }) => x.mean(axis as number)),
  prod: one((x, { axis }) => x.prod(axis as number)),
  max: one((x, { axis }) => x.max(axis as number)),
  min: one((x, { axis }) => x.min(axis as number)),
  variance: one((x, { axis }) => x.variance(axis as number, { correction: 0 })),
  std: one((x, { axis }) => x.std(axis as number, { correction: 0 })),
  norm: one((x, { axis }) => x.norm(axis as number)),
  logsumexp: one((x, { axis }) => x.logsumexp(axis as number)),
  cumsum: one((x, { axis }) => x.cumsum(axis as number)),
  softmax: one((x, { axis }) => x.softmax(axis as number)),
  logSoftmax: one((x, { axis }) => x.logSoftmax(axis as number)),
  matmul: two((a, b) => a.matmul(b)),
  'matmul, batches': two((a, b) => a.matmul(b)),
  'matmul, matrix and vector': two((a, b) => a.matmul(b)),
  dot: two((a, b) => a.dot(b)),
  outer: two((a, b) => a.outer(b)),
  einsum: two((a, b, { equation }) => einsum(equation as string, a, b)),
  transpose: one((x) => x.T),
  reshape: one((x, { shape }) => x.reshape(shape as number[])),
  broadcastTo: one((x, { shape }) => x.broadcastTo(shape as number[])),
  concat: two((a, b, { axis }) => concat([a, b], axis as number)),
  stack: two((a, b, { axis }) => stack([a, b], axis as number)),
  slice: one((x, { axis, start, stop }) => x.slice(axis as number, start as number, stop as number)),
  'slice by steps': one((x, { start, stop, step }) =>
    x.at(slice(), slice(start as number, stop as number, step as number)),
  ),
  pad: one((x, { widths }) => x.pad(widths as [number, number][])),
  flip: one((x, { axis }) => x.flip(axis as number)),
  tile: one((x, { reps }) => x.tile(reps as number[])),
  take: one((x, { indices, axis }) => x.take(ints(indices), axis as number)),
  'pad of take': one((x, { indices, after }) => x.take(ints(indices), 0).pad([[0, after as number]])),
  gather: one((x, { indices }) => x.gather(1, ints(indices))),
  where: two((a, b, { condition }) => where(tensor(condition as boolean[]), a, b)),
  conv2d: two((x, w, { stride, padding }) =>
    channelsLast(
      channelsFirst(x).conv2d(w.permute([3, 2, 0, 1]), { stride: stride as number, padding: padding as number }),
    ),
  ),
  maxPool2d: one((x, { kernel, stride }) =>
    channelsLast(channelsFirst(x).maxPool2d(kernel as number, { stride: stride as number })),
  ),
  avgPool2d: one((x, { kernel, stride }) =>
    channelsLast(channelsFirst(x).avgPool2d(kernel as number, { stride: stride as number })),
  ),
  'cross entropy': one((x, { labels }) => crossEntropy(x, ints(labels))),
};

/** @mg/tensor in one of its float types. */
export function ourTensors(precision: Precision): Library {
  const create = (data: readonly number[], shape: readonly number[]): Tensor =>
    tensor(data, { shape, dtype: precision, requiresGrad: true });
  return tensorLibrary<Tensor>({
    name: precision === 'float64' ? 'tensor, float64' : 'tensor',
    setting: `@mg/tensor as it stands here, ${precision}`,
    operations,
    create,
    weighted: (tensors, weights) =>
      tensors
        .map((x, at) => x.mul(given(weights[at])).sum())
        .reduce((a, b) => a.add(b), tensor(0, { dtype: precision })),
    tidy: (run) => run(),
    adapter: {
      precision,
      read: (x) => ({ shape: x.shape, dtype: x.dtype, data: x.detach().contiguous().data }),
      write: (x, data) => create(data, x.shape),
      vjp: (fn, inputs, cotangent) => {
        const output = fn(...inputs);
        if (!output.requiresGrad) return inputs.map(() => null);
        return grad([output], inputs, { gradOutputs: [cotangent], createGraph: true, allowUnused: true });
      },
    },
  });
}

function given(x: Tensor | undefined): Tensor {
  if (x === undefined) throw new Error('the table gives this operation fewer tensors than it takes');
  return x;
}
