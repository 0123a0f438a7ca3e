import './methods.ts';

export { grad, type GradOptions } from './autograd/grad.ts';
export { setDeterministic } from './kernels/compiled/products.ts';
export { detectAnomaly } from './graph/anomaly.ts';
export { type BackwardOptions } from './autograd/backward.ts';
export {
  arange,
  type CreateOptions,
  empty,
  eye,
  fromTypedArray,
  full,
  fullLike,
  linspace,
  type Nested,
  ones,
  onesLike,
  scalar,
  tensor,
  zeros,
  zerosLike,
} from './ops/creation.ts';
export { defineOp, type OpDefinition } from './autograd/define-op.ts';
export { type Bytes, type DType, type TypedArray } from './array/dtype.ts';
export { AnomalyError, DTypeError, GraphError, ShapeError } from './array/errors.ts';
export { enableGrad, isGradEnabled, noGrad } from './graph/grad-mode.ts';
export { type MemoryReport, memoryUsage, setMemoryLimit } from './array/linear-memory.ts';
export { type Index, type SetOptions, slice, type SliceIndex } from './ops/indexing.ts';
export { type GeluOptions } from './ops/activation.ts';
export { type ConvOptions } from './ops/conv.ts';
export { einsum } from './ops/einsum.ts';
export { type AlphaOptions, div, type DivOptions, pow, sub } from './ops/operators.ts';
export { type RoundOptions } from './ops/arithmetic.ts';
export { type Operand } from './ops/define-elementwise.ts';
export { type SearchsortedOptions, type Sorted, type SortOptions, type TopkOptions } from './ops/sort.ts';
export { concat, hstack, meshgrid, type MeshgridOptions, type PadOptions, stack, vstack } from './ops/join.ts';
export { type IndexAddOptions } from './ops/gather.ts';
export { type CdistOptions } from './ops/cdist.ts';
export { type Contraction } from './ops/matmul.ts';
export { type QuantileOptions } from './ops/quantile.ts';
export { type BincountOptions, type Unique, type UniqueOptions } from './ops/unique.ts';
export { type BatchNormOptions, type LayerNormOptions } from './ops/normalize.ts';
export { type AvgPoolOptions, type MaxPoolOptions, type PoolOptions } from './ops/pooling.ts';
export { type Axes, type NormOptions, type ReduceOptions, type VarianceOptions } from './ops/reduce.ts';
export { where } from './ops/logic.ts';
export { type Size } from './ops/windows.ts';
export { allclose, type ClosenessOptions, equal } from './io/equality.ts';
export { type Listed, type NestedArray, type NestedList, type PrintOptions, setPrintOptions } from './io/print.ts';
export { Generator, type GeneratorState, manualSeed } from './random/generator.ts';
export {
  bernoulli,
  type MultinomialOptions,
  normal,
  permutation,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  type RandomOptions,
} from './ops/random.ts';
export { type Shape } from './array/shape.ts';
export { isTensor, Tensor, type Hook } from './graph/tensor.ts';
export { trace, type TraceEdge, type TraceNode, type TraceStep } from './autograd/trace.ts';
export { SafetensorsError } from './io/safetensors/error.ts';
export { loadSafetensors, safetensorsMetadata, type SafetensorsOptions, saveSafetensors } from './io/safetensors.ts';
