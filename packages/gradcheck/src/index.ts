export { gradcheck, type GradcheckOptions } from './gradcheck.ts';
export { analyticalJacobian, type Checkable, type Jacobian, numericalJacobian } from './jacobian.ts';
export { type Comparison, GradcheckError, type GradcheckReport } from './report.ts';
export { type Differentiable, type TensorLike, type ValueLike } from './subject.ts';
