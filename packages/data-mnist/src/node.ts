export {
  type ArrayPair,
  type Batch,
  BatchError,
  batches,
  type BatchOptions,
  type SampleArray,
  type TypedArray,
} from './batches.ts';
export { classNames, type DataSetName, type Split } from './data-sets.ts';
export { type FileProgress } from './download.ts';
export { type IdxArray, IdxError, parseIdx } from './idx.ts';
export { type Cifar100Data, type CifarData, type CifarOptions, loadCifar10, loadCifar100 } from './load-cifar.ts';
export { loadMnist, type NodeLoadOptions } from './load-node.ts';
export { type MnistBytes, type MnistData } from './mnist.ts';
export { mnistSha256, type MnistSha256 } from './sha256.ts';
export { SourceError } from './source.ts';
export { type ImageSample, type LabelledImages, toDataset } from './to-dataset.ts';
