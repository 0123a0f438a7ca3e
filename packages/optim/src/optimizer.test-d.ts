import { expectTypeOf } from 'vitest';
import {
  Adam,
  type AdamOptions,
  AdamW,
  CosineAnnealingLR,
  ExponentialLR,
  OneCycleLR,
  type Optimizer,
  type OptimizerState,
  ReduceLROnPlateau,
  RMSprop,
  type Scheduled,
  type Scheduler,
  SGD,
  StepLR,
} from '@mg/optim';
import { type Tensor } from '@mg/tensor';

declare const a: Tensor<[2, 3]>;
declare const b: Tensor;
declare function parameters(): Generator<Tensor>;

const adam = new Adam([a, b]);
expectTypeOf(adam.paramGroups[0].lr).toEqualTypeOf<number>();
expectTypeOf(adam.paramGroups[0].betas).toEqualTypeOf<readonly [number, number]>();
expectTypeOf(adam.paramGroups[0].params).toEqualTypeOf<readonly Tensor[]>();
expectTypeOf(adam.paramGroups[1]?.amsgrad).toEqualTypeOf<boolean | undefined>();
expectTypeOf(adam.stateDict()).toEqualTypeOf<OptimizerState<AdamOptions>>();
adam.paramGroups[0].lr = 1e-4;
// @ts-expect-error parameters are added by addParamGroup
adam.paramGroups[0].params = [a];

new SGD(parameters(), { momentum: 0.9, nesterov: true });
new SGD(new Set([a]));
new RMSprop([{ params: parameters() }, { params: a, alpha: 0.9, centered: true }]);
new SGD(a);
// @ts-expect-error Adam has no momentum
new Adam([a], { momentum: 0.9 });
// @ts-expect-error nor has a group of it
new Adam([{ params: [a], momentum: 0.9 }]);
// @ts-expect-error a group has parameters
adam.addParamGroup({ lr: 1 });
// @ts-expect-error two of them
new AdamW([a], { betas: [0.9] });

// Any optimizer, and any scheduler, where it does not matter which.
expectTypeOf(adam).toExtend<Optimizer>();
expectTypeOf(adam).toExtend<Scheduled>();
const scheduler = new StepLR(adam, { stepSize: 3 });
expectTypeOf(scheduler).toExtend<Scheduler>();
expectTypeOf(scheduler.getLastLr()).toEqualTypeOf<number[]>();
new OneCycleLR(new SGD([a]), { maxLr: [1, 2], totalSteps: 3, annealStrategy: 'linear' });
new ReduceLROnPlateau(adam).step(0.5);
// @ts-expect-error what it goes by is the metric
new ReduceLROnPlateau(adam).step();
// @ts-expect-error what has no default is to be given
new StepLR(adam, {});
// @ts-expect-error and so are the options
new ExponentialLR(adam);
// @ts-expect-error PyTorch's T_max
new CosineAnnealingLR(adam, { T_max: 3 });
