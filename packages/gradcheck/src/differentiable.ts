/** A tensor, as far as a gradient check looks at it. Those of @mg/tensor fit, and are recognised by their brand. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly requiresGrad: boolean;
  /** The elements, row-major; what is written here is written to the tensor. May throw on one that is not contiguous. */
  readonly data: { [index: number]: number; readonly length: number };
  /** How the elements lie in `storage.array`. A tensor without these three is taken to be contiguous. */
  readonly strides?: readonly number[];
  readonly offset?: number;
  readonly storage?: { readonly array: { [index: number]: number; readonly length: number } };
  grad: TensorLike | null;
  isContiguous?(): boolean;
  detach(): TensorLike;
  clone(): TensorLike;
  contiguous(): TensorLike;
  backward(
    gradient?: TensorLike | null,
    options?: { readonly retainGraph?: boolean; readonly createGraph?: boolean },
  ): void;
}

/** A number with a gradient, as far as a gradient check looks at it. Those of @mg/scalar fit, and are recognised by their brand. */
export interface ValueLike {
  data: number;
  grad: number;
  /** The nodes that this one was computed from: `backward` writes to their `grad` too. */
  readonly inputs?: readonly ValueLike[];
  backward(options?: { readonly retainGraph?: boolean }): void;
}

/** What can be checked without an adapter. */
export type Differentiable = TensorLike | ValueLike;

/** A function of tensors or values to one of them, or to several. */
export type Checkable<Inputs extends readonly unknown[], T = Differentiable> = (...inputs: Inputs) => T | readonly T[];

/** A function of whatever inputs: what the implementations of our overloads take. */
export type AnyFunction = (...inputs: never[]) => unknown;

export const tensorBrand: symbol = Symbol.for('@mg/tensor.Tensor');
const valueBrand = Symbol.for('@mg/scalar.Value');

/** Whether `x` is a tensor, by its brand. */
export function isTensorLike(x: unknown): x is TensorLike {
  return typeof x === 'object' && x !== null && tensorBrand in x;
}

/** Whether `x` is a scalar value, by its brand. */
export function isValueLike(x: unknown): x is ValueLike {
  return typeof x === 'object' && x !== null && valueBrand in x;
}
