export { compose } from './transforms/compose.ts';
export {
  type Normalization,
  normalize,
  oneHot,
  type Standardization,
  standardize,
  toFloat,
} from './transforms/floats.ts';
export {
  centerCrop,
  crop,
  type CropOptions,
  type FillOption,
  flip,
  type FlipOptions,
  type RandomOption,
  rotate,
  shift,
} from './transforms/geometry.ts';
export { grayscale } from './transforms/grayscale.ts';
export { resize } from './transforms/resize.ts';
export { type FloatTransform, type ImageTransform } from './transforms/sample.ts';
