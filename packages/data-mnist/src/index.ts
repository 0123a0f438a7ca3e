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
export { loadMnist, type LoadOptions } from './load.ts';
export { type MnistBytes, type MnistData } from './mnist.ts';
export { mnistSha256, type MnistSha256 } from './sha256.ts';
export { type Bytes, SourceError } from './source.ts';
export { type ImageSample, type LabelledImages, toDataset } from './to-dataset.ts';
