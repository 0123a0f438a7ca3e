import type * as tf from '@tensorflow/tfjs-core';
import { type Library, type Operation, tensorLibrary } from '../library.ts';
import { type Options } from '../points.ts';
import { type TensorFlow } from './tfjs-bundle.ts';

type One = (x: tf.Tensor, options: Options) => tf.Tensor;
type Two = (a: tf.Tensor, b: tf.Tensor, options: Options) => tf.Tensor;

const one =
  (call: One): Operation<tf.Tensor> =>
  ([x], options) =>
    call(given(x), options);
const two =
  (call: Two): Operation<tf.Tensor> =>
  ([a, b], options) =>
    call(given(a), given(b), options);

/** Without gelu, silu and std, which tfjs-core does not have. */
function operationsOf(tf: TensorFlow): Readonly<Record<string, Operation<tf.Tensor>>> {
  const ints = (list: unknown): tf.Tensor => tf.tensor(list as number[], undefined, 'int32');
  return {
    add: two((a, b) => tf.add(a, b)),
    sub: two((a, b) => tf.sub(a, b)),
    mul: two((a, b) => tf.mul(a, b)),
    div: two((a, b) => tf.div(a, b)),
    pow: two((a, b) => tf.pow(a, b)),
    'pow by a number': one((x, { exponent }) => tf.pow(x, exponent as number)),
    maximum: two((a, b) => tf.maximum(a, b)),
    minimum: two((a, b) => tf.minimum(a, b)),
    neg: one((x) => tf.neg(x)),
    abs: one((x) => tf.abs(x)),
    square: one((x) => tf.square(x)),
    reciprocal: one((x) => tf.reciprocal(x)),
    sqrt: one((x) => tf.sqrt(x)),
    rsqrt: one((x) => tf.rsqrt(x)),
    clip: one((x, { low, high }) => tf.clipByValue(x, low as number, high as number)),
    exp: one((x) => tf.exp(x)),
    expm1: one((x) => tf.expm1(x)),
    log: one((x) => tf.log(x)),
    log1p: one((x) => tf.log1p(x)),
    sin: one((x) => tf.sin(x)),
    cos: one((x) => tf.cos(x)),
    tan: one((x) => tf.tan(x)),
    tanh: one((x) => tf.tanh(x)),
    erf: one((x) => tf.erf(x)),
    sigmoid: one((x) => tf.sigmoid(x)),
    relu: one((x) => tf.relu(x)),
    leakyRelu: one((x, { slope }) => tf.leakyRelu(x, slope as number)),
    elu: one((x) => tf.elu(x)),
    softplus: one((x) => tf.softplus(x)),
    sum: one((x, { axis }) => tf.sum(x, axis as number)),
    mean: one((x, { axis }) => tf.mean(x, axis as number)),
    prod: one((x, { axis }) => tf.prod(x, axis as number)),
    max: one((x, { axis }) => tf.max(x, axis as number)),
    min: one((x, { axis }) => tf.min(x, axis as number)),
    variance: one((x, { axis }) => tf.moments(x, axis as number).variance),
    norm: one((x, { axis }) => tf.norm(x, 'euclidean', axis as number)),
    logsumexp: one((x, { axis }) => tf.logSumExp(x, axis as number)),
    cumsum: one((x, { axis }) => tf.cumsum(x, axis as number)),
    softmax: one((x, { axis }) => tf.softmax(x, axis as number)),
    logSoftmax: one((x, { axis }) => tf.logSoftmax(x, axis as number)),
    matmul: two((a, b) => tf.matMul(a, b)),
    'matmul, batches': two((a, b) => tf.matMul(a, b)),
    'matmul, matrix and vector': two((a, b) => tf.dot(a, b)),
    dot: two((a, b) => tf.dot(a, b)),
    outer: two((a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D)),
    einsum: two((a, b, { equation }) => tf.einsum(equation as string, a, b)),
    transpose: one((x) => tf.transpose(x)),
    reshape: one((x, { shape }) => tf.reshape(x, shape as number[])),
    broadcastTo: one((x, { shape }) => tf.broadcastTo(x, shape as [number, number])),
    concat: two((a, b, { axis }) => tf.concat([a, b], axis as number)),
    stack: two((a, b, { axis }) => tf.stack([a, b], axis as number)),
    slice: one((x, { start, stop }) => tf.slice(x, [0, start as number], [-1, (stop as number) - (start as number)])),
    'slice by steps': one((x, { start, stop, step }) =>
      tf.stridedSlice(x, [0, start as number], [1, stop as number], [1, step as number]),
    ),
    pad: one((x, { widths }) => tf.pad(x, widths as [number, number][])),
    flip: one((x, { axis }) => tf.reverse(x, axis as number)),
    tile: one((x, { reps }) => tf.tile(x, reps as number[])),
    take: one((x, { indices, axis }) => tf.gather(x, ints(indices), axis as number)),
    'pad of take': one((x, { indices, after }) => tf.pad(tf.gather(x, ints(indices)), [[0, after as number]])),
    gather: one((x, { indices }) => tf.gather(x, ints(indices), 1, 1)),
    where: two((a, b, { condition }) => tf.where(tf.tensor(condition as boolean[], undefined, 'bool'), a, b)),
    conv2d: two((x, w, { stride, padding }) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride as number, padding as number),
    ),
    maxPool2d: one((x, { kernel, stride }) =>
      tf.maxPool(x as tf.Tensor4D, kernel as number, stride as number, 'valid'),
    ),
    avgPool2d: one((x, { kernel, stride }) =>
      tf.avgPool(x as tf.Tensor4D, kernel as number, stride as number, 'valid'),
    ),
    'cross entropy': one((x, { labels }) => tf.losses.softmaxCrossEntropy(tf.oneHot(ints(labels), x.shape[1] ?? 0), x)),
  };
}

/** What tfjs says where the result does not depend on x. */
const unconnected = 'Cannot compute gradient of y=f(x) with respect to x';

/** TensorFlow.js on its backend cpu, the one that has the kernels of all gradients. It has float32 only. */
export function tensorflow(tf: TensorFlow): Library {
  return tensorLibrary<tf.Tensor>({
    name: 'tfjs',
    setting: `@tensorflow/tfjs-core ${tf.version_core}, backend ${tf.getBackend()}, float32`,
    operations: operationsOf(tf),
    unconnected,
    create: (data, shape) => tf.tensor(Float32Array.from(data), [...shape], 'float32'),
    weighted: (tensors, weights) =>
      tensors.map((x, at) => tf.sum(tf.mul(x, given(weights[at])))).reduce((a, b) => tf.add(a, b), tf.scalar(0)),
    // tidy wants tensors back, or containers of them; numbers and reports pass through it as they are.
    tidy: <R>(run: () => R): R => {
      let result: { readonly value: R } | undefined;
      tf.tidy(() => {
        result = { value: run() };
      });
      if (result === undefined) throw new Error('tf.tidy did not run what it was given');
      return result.value;
    },
    adapter: {
      precision: 'float32',
      read: (x) => ({ shape: x.shape, dtype: x.dtype, data: x.dataSync() }),
      write: (x, data) => tf.tensor(Float32Array.from(data), x.shape, 'float32'),
      vjp: (fn, inputs, cotangent) => inputs.map((_, at) => gradientOf(tf, fn, inputs, at, cotangent)),
    },
  });
}

/**
 * The gradient with respect to one input. Where the result does not depend on it, tfjs throws, as PyTorch does: that is
 * null here, and no fault.
 */
function gradientOf(
  tf: TensorFlow,
  fn: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  at: number,
  cotangent: tf.Tensor,
): tf.Tensor | null {
  const ofOne = (x: tf.Tensor): tf.Tensor => fn(...inputs.map((input, place) => (place === at ? x : input)));
  try {
    return tf.grad(ofOne)(given(inputs[at]), cotangent);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith(unconnected)) return null;
    throw error;
  }
}

function given(x: tf.Tensor | undefined): tf.Tensor {
  if (x === undefined) throw new Error('the table gives this operation fewer tensors than it takes');
  return x;
}
