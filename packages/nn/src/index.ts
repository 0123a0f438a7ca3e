export {
  ELU,
  GELU,
  GLU,
  Hardtanh,
  LeakyReLU,
  LogSigmoid,
  LogSoftmax,
  Mish,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from './layers/activation.ts';
export { AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool2d, type OutputSize } from './layers/adaptive-pooling.ts';
export { BatchNorm1d, BatchNorm2d, type BatchNormLayerOptions } from './layers/batch-norm.ts';
export { Conv1d, type Conv1dOptions } from './layers/conv1d.ts';
export { Conv2d, type Conv2dOptions } from './layers/conv2d.ts';
export {
  ConvTranspose1d,
  type ConvTranspose1dOptions,
  ConvTranspose2d,
  type ConvTranspose2dOptions,
} from './layers/conv-transpose.ts';
export { dropout, Dropout, Dropout1d, Dropout2d, type DropoutOptions } from './layers/dropout.ts';
export { Embedding, type EmbeddingOptions } from './layers/embedding.ts';
export { Flatten } from './layers/flatten.ts';
export { Identity } from './layers/identity.ts';
export { Unflatten } from './layers/unflatten.ts';
export { GroupNorm, type GroupNormOptions } from './layers/group-norm.ts';
export { gumbelSoftmax, type GumbelSoftmaxOptions } from './layers/gumbel-softmax.ts';
export { InstanceNorm1d, InstanceNorm2d, type InstanceNormOptions } from './layers/instance-norm.ts';
export { type LayerOptions } from './layers/arguments.ts';
export { LayerNorm, type LayerNormLayerOptions } from './layers/layer-norm.ts';
export {
  LazyBatchNorm1d,
  LazyBatchNorm2d,
  LazyConv1d,
  LazyConv2d,
  LazyConvTranspose1d,
  LazyConvTranspose2d,
  LazyLinear,
} from './layers/lazy.ts';
export { linear, Linear, type LinearOptions } from './layers/linear.ts';
export {
  type ImagePadding,
  type PaddingMode,
  ReflectionPad1d,
  ReflectionPad2d,
  ReplicationPad1d,
  ReplicationPad2d,
  type SignalPadding,
  ZeroPad2d,
} from './layers/padding.ts';
export {
  AvgPool1d,
  type AvgPool1dOptions,
  AvgPool2d,
  type AvgPoolLayerOptions,
  MaxPool1d,
  type MaxPool1dOptions,
  MaxPool2d,
  type MaxPoolLayerOptions,
  type PoolLayerOptions,
} from './layers/pooling.ts';
export { PReLU } from './layers/prelu.ts';
export {
  cosineSimilarity,
  type CosineSimilarityOptions,
  normalize,
  type NormalizeOptions,
} from './layers/similarity.ts';
export { interpolate, type InterpolateOptions, Upsample } from './layers/upsample.ts';
export {
  packPaddedSequence,
  type PackedSequence,
  type PackOptions,
  type PackPaddedOptions,
  packSequence,
  padPackedSequence,
  type PadPackedOptions,
  padSequence,
  type PadSequenceOptions,
} from './layers/packed-sequence.ts';
export {
  type AttentionOptions,
  MultiheadAttention,
  type MultiheadAttentionCall,
  type MultiheadAttentionOptions,
  scaledDotProductAttention,
} from './layers/attention.ts';
export {
  LearnedPositionalEncoding,
  type PositionalEncodingOptions,
  SinusoidalPositionalEncoding,
} from './layers/positional-encoding.ts';
export { RMSNorm, type RMSNormOptions } from './layers/rms-norm.ts';
export {
  type DecoderMasks,
  type EncoderMasks,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
  type TransformerOptions,
} from './layers/transformer.ts';
export {
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type LSTMState,
  type RecurrentCellOptions,
  type RecurrentOptions,
  RNN,
  RNNCell,
  type RNNCellOptions,
  type RNNOptions,
} from './layers/recurrent.ts';

export {
  BCELoss,
  type BCELossOptions,
  BCEWithLogitsLoss,
  type BCEWithLogitsLossOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
} from './losses/binary-cross-entropy.ts';
export { crossEntropy, CrossEntropyLoss, type CrossEntropyOptions } from './losses/cross-entropy.ts';
export {
  huberLoss,
  HuberLoss,
  type HuberLossOptions,
  l1Loss,
  L1Loss,
  mseLoss,
  MSELoss,
  smoothL1Loss,
  SmoothL1Loss,
  type SmoothL1LossOptions,
} from './losses/distance.ts';
export {
  cosineEmbeddingLoss,
  CosineEmbeddingLoss,
  type CosineEmbeddingLossOptions,
  tripletMarginLoss,
  TripletMarginLoss,
  type TripletMarginLossOptions,
} from './losses/embedding-losses.ts';
export { gaussianNLLLoss, GaussianNLLLoss, type GaussianNLLLossOptions } from './losses/gaussian-nll.ts';
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
