/** The part of a tensor that a gradient check uses. Tensors of @mg/tensor fit, and are recognised by their brand. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly requiresGrad: boolean;
  /** The elements, row-major. Writing to it writes to the tensor. May throw if the tensor is not contiguous. */
  readonly data: { [index: number]: number; readonly length: number };
  /** The layout of the elements in `storage.array`. A tensor without these three must be contiguous. */
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

/** The part of a scalar value that a gradient check uses. Values of @mg/scalar fit, and are recognised by their brand. */
export interface ValueLike {
  data: number;
  grad: number;
  /** The nodes from which this one was computed: `backward` writes to their `grad` too. */
  readonly inputs?: readonly ValueLike[];
  backward(options?: { readonly retainGraph?: boolean }): void;
}

/** An input that can be checked without an adapter. */
export type Differentiable = TensorLike | ValueLike;

/** A function that takes tensors or values and returns one or several. */
export type Checkable<Inputs extends readonly unknown[], T = Differentiable> = (...inputs: Inputs) => T | readonly T[];

/** A function with any inputs: the type that the implementations of the overloads take. */
export type AnyFunction = (...inputs: never[]) => unknown;

/** The property by which a tensor of any copy of @mg/tensor is recognised. */
export const tensorBrand: symbol = Symbol.for('@mg/tensor.Tensor');
const valueBrand = Symbol.for('@mg/scalar.Value');

/** Whether `x` has the brand of a tensor. */
export function isTensorLike(x: unknown): x is TensorLike {
  return typeof x === 'object' && x !== null && tensorBrand in x;
}

/** Whether `x` has the brand of a scalar value. */
export function isValueLike(x: unknown): x is ValueLike {
  return typeof x === 'object' && x !== null && valueBrand in x;
}
