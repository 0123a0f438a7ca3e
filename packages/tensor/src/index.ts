import './methods.ts';

export { grad, type BackwardOptions, type GradOptions } from './autograd.ts';
export {
  type CreateOptions,
  fromTypedArray,
  full,
  type Nested,
  ones,
  rand,
  randn,
  type RandomOptions,
  scalar,
  tensor,
  zeros,
} from './create.ts';
export { type DType, type TypedArray } from './dtype.ts';
export { DTypeError, GraphError, ShapeError } from './errors.ts';
export { enableGrad, isGradEnabled, noGrad } from './grad-mode.ts';
export { type Operand, where } from './ops/elementwise.ts';
export { type NestedArray } from './print.ts';
export { Generator, type GeneratorState, manualSeed } from './random.ts';
export { type Shape } from './shape.ts';
export { isTensor, Tensor } from './tensor.ts';
