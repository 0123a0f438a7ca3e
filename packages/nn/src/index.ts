export { ReLU } from './layers/activation.ts';
export { crossEntropy, CrossEntropyLoss, type CrossEntropyOptions } from './cross-entropy.ts';
export * as init from './init.ts';
export { type LayerOptions, Linear, type LinearOptions } from './layers/linear.ts';
export { Module, parameter } from './module.ts';
export { type Reduction } from './reduction.ts';
export { Sequential } from './sequential.ts';
