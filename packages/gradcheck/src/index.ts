export { type Adapter, type Reading } from './adapter.ts';
export { type Checkable, type Differentiable, type TensorLike, type ValueLike } from './differentiable.ts';
export { gradcheck } from './gradcheck.ts';
export { gradgradcheck } from './gradgradcheck.ts';
export { analyticalJacobian, type Jacobian, numericalJacobian } from './jacobian.ts';
export { type Adapted, type AdaptedOptions, type GradcheckOptions, type NumericalOptions } from './options.ts';
export { type Precision } from './precision.ts';
export {
  type Comparison,
  GradcheckError,
  type GradcheckReport,
  type InputReport,
  type Problem,
  type Verdict,
} from './report.ts';
