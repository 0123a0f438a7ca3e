import './methods.ts';

export { detectAnomaly } from './anomaly.ts';
export { grad, type BackwardOptions, type GradOptions } from './autograd.ts';
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
} from './create.ts';
export { defineOp, type OpDefinition } from './define-op.ts';
export { setDeterministic } from './deterministic.ts';
export { type DType, type TypedArray } from './dtype.ts';
export { AnomalyError, DTypeError, GraphError, ShapeError } from './errors.ts';
export { enableGrad, isGradEnabled, noGrad } from './grad-mode.ts';
export { type Hook } from './hooks.ts';
export { type MemoryReport } from './memory/linear-memory.ts';
export { memoryUsage, setMemoryLimit } from './memory/settings.ts';
export { type Index, slice, type SliceIndex } from './ops/at.ts';
export { type ConvOptions } from './ops/conv.ts';
export { einsum } from './ops/einsum.ts';
export { type Operand } from './ops/elementwise.ts';
export { type Sorted, type SortOptions, type TopkOptions } from './ops/indexing.ts';
export { concat, type PadOptions, stack } from './ops/join.ts';
export { type BatchNormOptions, type LayerNormOptions } from './ops/normalize.ts';
export { type PoolOptions } from './ops/pooling.ts';
export { type Axes, type NormOptions, type ReduceOptions, type VarianceOptions } from './ops/reduce.ts';
export { where } from './ops/logic.ts';
export { type Size } from './ops/windows.ts';
export { type Listed, type NestedArray, type PrintOptions, setPrintOptions } from './print.ts';
export { Generator, type GeneratorState, manualSeed } from './random.ts';
export { bernoulli, permutation, rand, randint, randn, type RandomOptions } from './random-tensors.ts';
export { type Shape } from './shape.ts';
export { isTensor, Tensor } from './tensor.ts';
export { trace, type TraceEdge, type TraceNode, type TraceStep } from './trace.ts';
export { SafetensorsError } from './safetensors/error.ts';
export { loadSafetensors, safetensorsMetadata, type SafetensorsOptions, saveSafetensors } from './safetensors.ts';
