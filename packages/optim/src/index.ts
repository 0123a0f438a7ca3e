export { Adagrad, type AdagradOptions } from './adagrad.ts';
export { Adam, type AdamOptions, AdamW } from './adam.ts';
export { AveragedWeights, type AveragedWeightsOptions, type AveragedWeightsState } from './averaged-weights.ts';
export { clipGradNorm, type ClipGradNormOptions, clipGradValue } from './clip.ts';
export { LBFGS, type LBFGSOptions } from './lbfgs.ts';
export { type GroupOptions, Optimizer, type Params } from './optimizer.ts';
export { type Settings } from './options.ts';
export { RMSprop, type RMSpropOptions } from './rmsprop.ts';
export { ConstantLR, type ConstantLROptions } from './schedulers/constant-lr.ts';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './schedulers/cosine-annealing-lr.ts';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedulers/cosine-annealing-warm-restarts.ts';
export { ExponentialLR, type ExponentialLROptions } from './schedulers/exponential-lr.ts';
export { LambdaLR, type LambdaLROptions } from './schedulers/lambda-lr.ts';
export { LinearLR, type LinearLROptions } from './schedulers/linear-lr.ts';
export { MultiStepLR, type MultiStepLROptions } from './schedulers/multi-step-lr.ts';
export { OneCycleLR, type OneCycleLROptions } from './schedulers/one-cycle-lr.ts';
export { PolynomialLR, type PolynomialLROptions } from './schedulers/polynomial-lr.ts';
export {
  type PlateauProgress,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './schedulers/reduce-lr-on-plateau.ts';
export {
  type EpochScheduler,
  type Progress,
  type Scheduled,
  type Scheduler,
  type SchedulerState,
} from './schedulers/scheduler.ts';
export {
  SequentialLR,
  type SequentialLROptions,
  type SequentialLRState,
  warmupCosine,
  type WarmupCosineOptions,
} from './schedulers/sequential-lr.ts';
export { StepLR, type StepLROptions } from './schedulers/step-lr.ts';
export { SGD, type SGDOptions } from './sgd.ts';
export { type OptimizerState, type ParamGroup } from './state-dict.ts';
