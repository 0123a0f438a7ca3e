import './methods.ts';

export { detectAnomaly } from './anomaly.ts';
export { grad, type BackwardOptions, type GradOptions } from './autograd.ts';
export { type CreateOptions, fromTypedArray, full, type Nested, ones, scalar, tensor, zeros } from './create.ts';
export { defineOp, type OpDefinition } from './define-op.ts';
export { type DType, type TypedArray } from './dtype.ts';
export { AnomalyError, DTypeError, GraphError, ShapeError } from './errors.ts';
export { enableGrad, isGradEnabled, noGrad } from './grad-mode.ts';
export { type Hook } from './hooks.ts';
export { type MemoryUsage } from './memory/linear-memory.ts';
export { memoryUsage, setMemoryLimit } from './memory/settings.ts';
export { type Operand, where } from './ops/elementwise.ts';
export { type NestedArray } from './print.ts';
export { Generator, type GeneratorState, manualSeed } from './random.ts';
export { bernoulli, permutation, rand, randint, randn, type RandomOptions } from './random-tensors.ts';
export { type Shape } from './shape.ts';
export { isTensor, Tensor } from './tensor.ts';
export { trace, type TraceEdge, type TraceNode, type TraceStep } from './trace.ts';
