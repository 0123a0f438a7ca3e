export { type ArrayPair, type Batch, BatchError, batches, type BatchOptions, type SampleArray } from './batches.ts';
export { type IdxArray, IdxError, parseIdx } from './idx.ts';
export { type FileProgress } from './load.ts';
export { loadMnist, type NodeLoadOptions } from './load-node.ts';
export { type MnistBytes, type MnistData, type Split } from './mnist.ts';
export { SourceError } from './source-error.ts';
