import { type WasmMemory } from '../../array/linear-memory.ts';
import { type DenseUnary } from './elementwise.ts';
import { functions } from './functions.wasm.ts';
import { instantiate } from './module.ts';

/** Fills dense `[rows, n]` from one operand of that shape, row by row; n is at least 1. The result must not overlap it. */
type OfRows = (x: number, out: number, rows: number, n: number) => void;

/** The same from a result `y` of such a kernel and its gradient `g`. */
type GradientOfRows = (y: number, g: number, out: number, rows: number, n: number) => void;

/** Fills `length` elements from as many operands of a function, and of gradients of its result. The result must not overlap them. */
type GradientOfElements = (x: number, g: number, out: number, length: number) => void;

/**
 * The compiled functions, and softmax with what is made of it, on dense float32 in linear memory. They know addresses only,
 * in bytes and multiples of 4, and check nothing.
 *
 * The same bits on every engine, but not those of the reference, which is computed in double precision: the functions lie within
 * 2 ulp of the true value, denormal results included. An element gives the same bits wherever it stands. `out` may be `x`.
 */
export interface FunctionKernels {
  readonly exp: DenseUnary;
  readonly log: DenseUnary;
  readonly tanh: DenseUnary;
  /** `1 / (1 + e^-x)` */
  readonly sigmoid: DenseUnary;
  readonly erf: DenseUnary;
  /** `x Φ(x)` */
  readonly gelu: DenseUnary;
  /** `g (Φ(x) + x Φ'(x))`, with the bits of the operations that it is made of. */
  readonly geluGradient: GradientOfElements;
  /** `e^x / Σ e^x` */
  readonly softmax: OfRows;
  /** `x - log Σ e^x` */
  readonly logSoftmax: OfRows;
  /** `y (g - Σ g y)`, with y a softmax. */
  readonly softmaxGradient: GradientOfRows;
  /** `g - e^y Σ g`, with y a logarithm of softmax. */
  readonly logSoftmaxGradient: GradientOfRows;
  /** `-log softmax(x)[label]` of each row: fills `rows` elements. Labels are int32 from 0 to n - 1. */
  readonly crossEntropy: (x: number, labels: number, out: number, rows: number, n: number) => void;
  /** `(softmax(x) - (1 at the label, else 0)) · g` with one g for each row. */
  readonly crossEntropyGradient: (x: number, labels: number, g: number, out: number, rows: number, n: number) => void;
}

/** The kernels, working in `memory`; null where they cannot be compiled, and the reference kernels serve. */
export function compileFunctions(memory: WasmMemory): FunctionKernels | null {
  return instantiate(functions, memory) as FunctionKernels | null;
}
