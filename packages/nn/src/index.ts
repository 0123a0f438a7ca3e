export { ELU, GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh } from './layers/activation.ts';
export { BatchNorm1d, BatchNorm2d, type BatchNormLayerOptions } from './layers/batch-norm.ts';
export { Conv2d, type Conv2dOptions } from './layers/conv2d.ts';
export { Dropout } from './layers/dropout.ts';
export { Embedding, type EmbeddingOptions } from './layers/embedding.ts';
export { Flatten } from './layers/flatten.ts';
export { Identity } from './layers/identity.ts';
export { type LayerOptions } from './layers/arguments.ts';
export { LayerNorm, type LayerNormLayerOptions } from './layers/layer-norm.ts';
export { Linear, type LinearOptions } from './layers/linear.ts';
export { Unflatten } from './layers/unflatten.ts';
export { AvgPool2d, MaxPool2d, type PoolLayerOptions } from './layers/pooling.ts';

export {
  BCELoss,
  type BCELossOptions,
  BCEWithLogitsLoss,
  type BCEWithLogitsLossOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
} from './losses/binary-cross-entropy.ts';
export { crossEntropy, CrossEntropyLoss, type CrossEntropyOptions } from './losses/cross-entropy.ts';
export { huberLoss, HuberLoss, type HuberLossOptions, l1Loss, L1Loss, mseLoss, MSELoss } from './losses/distance.ts';
export { klDiv, KLDivLoss, type KLDivLossOptions } from './losses/kl-div.ts';
export { nllLoss, NLLLoss, type NLLLossOptions } from './losses/nll.ts';
export { type LossOptions, type Reduction } from './losses/loss.ts';
export * as init from './init/init.ts';
export { skipInit } from './init/skip-init.ts';
export { Sequential } from './containers/sequential.ts';
export { type AnyModule, type LoadOptions, type StateDict, StateDictError } from './module/module.ts';
export { parameter } from './module/parameter.ts';
export { Module } from './module/tensor-module.ts';
export { type BackwardHook, type ForwardHook, type ForwardPreHook, type HookHandle } from './module/hooks.ts';
export { ModuleDict } from './containers/module-dict.ts';
export { ParameterList } from './containers/parameter-list.ts';
export { ModuleList } from './containers/module-list.ts';
export { summary, type SummaryOptions } from './module/summary.ts';
