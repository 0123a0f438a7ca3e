export { type Collated, defaultCollate } from './collate.ts';
export { DataError } from './data-error.ts';
export { concat, Dataset, type Filtered, type Mapped } from './dataset.ts';
export { type Column, type ColumnItem, fromArrays } from './from-arrays.ts';
export {
  type CategoryColumns,
  type ColumnType,
  type ColumnTypes,
  CsvDataset,
  type CsvOptions,
  type CsvRow,
  fromCsv,
} from './from-csv.ts';
export { fromIterable } from './from-iterable.ts';
export { fromJsonLines } from './from-json-lines.ts';
export { DataLoader, type LoaderOptions, type LoaderState } from './loader.ts';
export { type NdArray, type TypedArray } from './nd-array.ts';
export { type Random, type RandomGenerator } from './random.ts';
export { type TextStream } from './text-source.ts';
export { BytePairTokenizer, type BytePairTokenizerJson } from './tokenizers/byte-pair.ts';
export { ByteTokenizer } from './tokenizers/byte.ts';
export { CharTokenizer, type CharTokenizerJson, type CharTokenizerOptions } from './tokenizers/character.ts';
export * as transforms from './transforms.ts';
