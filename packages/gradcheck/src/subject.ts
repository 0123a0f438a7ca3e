/** A tensor, as far as a gradient check looks at it. Those of @mg/tensor fit, and are recognised by their brand. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly requiresGrad: boolean;
  /** The elements, row-major; what is written here is written to the tensor. */
  readonly data: { [index: number]: number; readonly length: number };
  grad: TensorLike | null;
  detach(): TensorLike;
  clone(): TensorLike;
  contiguous(): TensorLike;
  backward(gradient?: TensorLike | null, options?: { readonly retainGraph?: boolean }): void;
}

/** A number with a gradient, as far as a gradient check looks at it. Those of @mg/scalar fit, and are recognised by their brand. */
export interface ValueLike {
  data: number;
  grad: number;
  backward(options?: { readonly retainGraph?: boolean }): void;
}

/** What can be checked. */
export type Differentiable = TensorLike | ValueLike;

const tensorBrand = Symbol.for('@mg/tensor.Tensor');
const valueBrand = Symbol.for('@mg/scalar.Value');

/** Whether `x` is a tensor, by its brand. */
export function isTensorLike(x: unknown): x is TensorLike {
  return typeof x === 'object' && x !== null && tensorBrand in x;
}

/** Whether `x` is a scalar value, by its brand. */
export function isValueLike(x: unknown): x is ValueLike {
  return typeof x === 'object' && x !== null && valueBrand in x;
}

/** The elements as plain numbers: copies. */
export function elementsOf(x: Differentiable): number[] {
  return isTensorLike(x) ? Array.from(x.contiguous().data) : [x.data];
}

/** The shape: `[]` for a scalar value. */
export function shapeOf(x: Differentiable): readonly number[] {
  return isTensorLike(x) ? x.shape : [];
}

/** Writes one element. */
export function writeElement(x: Differentiable, index: number, value: number): void {
  if (isTensorLike(x)) x.data[index] = value;
  else x.data = value;
}

/** Whether a gradient is expected for `x`. */
export function wantsGradient(x: Differentiable): boolean {
  return !isTensorLike(x) || x.requiresGrad;
}
