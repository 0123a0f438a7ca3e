export { type Adapter, type Reading } from './adapter.ts';
export { type AdaptedOptions, gradcheck, type GradcheckOptions } from './gradcheck.ts';
export { gradgradcheck } from './gradgradcheck.ts';
export {
  type Adapted,
  analyticalJacobian,
  type Jacobian,
  numericalJacobian,
  type NumericalOptions,
} from './jacobian.ts';
export { type Precision } from './precision.ts';
export {
  type Comparison,
  GradcheckError,
  type GradcheckReport,
  type InputReport,
  type Problem,
  type Verdict,
} from './report.ts';
export { type Checkable, type Differentiable } from './subject.ts';
export { type TensorLike } from './tensor-like.ts';
export { type ValueLike } from './value-like.ts';
