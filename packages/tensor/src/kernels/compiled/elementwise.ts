import { type WasmMemory } from '../../array/linear-memory.ts';
import { elementwise } from './elementwise.wasm.ts';
import { instantiate } from './module.ts';

/**
 * Fills dense `[rows, columns]` from two operands; element (r, c) of `a` lies at `a + 4 · (r · aRow + c · aColumn)`.
 *
 * `a`, `b` and `out` are addresses in bytes, the operands' multiples of 4. A step of 0 repeats, and any other will do;
 * column steps of 0 and 1 are fast.
 */
export type StridedBinary = (
  a: number,
  b: number,
  out: number,
  rows: number,
  columns: number,
  aRow: number,
  aColumn: number,
  bRow: number,
  bColumn: number,
) => void;

/** Fills `length` elements at `out` from as many at `x`; the addresses, in bytes, are multiples of 4. */
export type DenseUnary = (x: number, out: number, length: number) => void;

/**
 * Fills dense `[rows, columns]`; element (r, c) lies at `x + size · (r · rowStep + c · columnStep)`, its size in bytes. Steps
 * may be negative or 0. `out` must not overlap what is read.
 */
type StridedCopy = (x: number, out: number, rows: number, columns: number, rowStep: number, columnStep: number) => void;

/**
 * The compiled elementwise kernels, on float32 in linear memory. They know addresses only, and check nothing.
 *
 * `out` may be the very memory of an operand that is dense and has elements of the same size; no other overlap is allowed.
 * The results are those of the reference kernels to the bit, except for the payload of a NaN.
 */
export interface ElementwiseKernels {
  /** `a + b` */
  readonly add: StridedBinary;
  /** `a - b` */
  readonly sub: StridedBinary;
  /** `a · b` */
  readonly mul: StridedBinary;
  /** `a / b` */
  readonly div: StridedBinary;
  /** The larger, the first of equals, as of 0 and -0; NaN where either is. */
  readonly maximum: StridedBinary;
  /** The smaller, the first of equals, as of 0 and -0; NaN where either is. */
  readonly minimum: StridedBinary;
  /** `a ≤ 0 ? 0 : b`, a selection: where a is NaN, b passes. */
  readonly reluGradient: StridedBinary;
  /** `a = b`, in bytes of 0 and 1; false for NaN. */
  readonly eq: StridedBinary;
  /** `a ≠ b`, in bytes of 0 and 1; true for NaN. */
  readonly ne: StridedBinary;
  /** `a < b`, in bytes of 0 and 1; false for NaN. */
  readonly lt: StridedBinary;
  /** `a ≤ b`, in bytes of 0 and 1; false for NaN. */
  readonly le: StridedBinary;
  /** `a > b`, in bytes of 0 and 1; false for NaN. */
  readonly gt: StridedBinary;
  /** `a ≥ b`, in bytes of 0 and 1; false for NaN. */
  readonly ge: StridedBinary;
  /** `-x`: the sign bit flipped. */
  readonly neg: DenseUnary;
  /** `|x|`: the sign bit cleared. */
  readonly abs: DenseUnary;
  /** `√x` */
  readonly sqrt: DenseUnary;
  /** `x < 0 ? 0 : x`, a selection: NaN and -0 pass through. */
  readonly relu: DenseUnary;
  /** `x · x` */
  readonly square: DenseUnary;
  /** `1 / x` */
  readonly reciprocal: DenseUnary;
  /** `1 / √x`, rounded once. */
  readonly rsqrt: DenseUnary;
  /** 1, 0 or -1; 0 for NaN. */
  readonly sign: DenseUnary;
  /** The next whole number below. */
  readonly floor: DenseUnary;
  /** The next whole number above. */
  readonly ceil: DenseUnary;
  /** The nearest whole number, the even one of two. */
  readonly round: DenseUnary;
  /** Cut to the bounds, which are rounded to float32; NaN stays. */
  readonly clip: (x: number, out: number, length: number, low: number, high: number) => void;
  /** Whether it is NaN, in bytes of 0 and 1. */
  readonly isNaN: DenseUnary;
  /** Whether it is neither infinite nor NaN, in bytes of 0 and 1. */
  readonly isFinite: DenseUnary;
  /** Whether it is 0, in bytes of 0 and 1. */
  readonly logicalNot: DenseUnary;
  /**
   * `a` where the condition, a byte, is not 0, else `b`. The operands lie as those of {@link StridedBinary}, the condition
   * likewise, an element being a byte. Bits are moved as they are, so that any elements of 4 bytes will do.
   */
  readonly where: (
    condition: number,
    a: number,
    b: number,
    out: number,
    rows: number,
    columns: number,
    conditionRow: number,
    conditionColumn: number,
    aRow: number,
    aColumn: number,
    bRow: number,
    bColumn: number,
  ) => void;
  /** Fills `length` elements at `out` with `x`, rounded to float32. */
  readonly fill: (out: number, length: number, x: number) => void;
  /** Copies elements of 4 bytes, of whatever type. Fast where one of the steps is 1: rows, and a transpose. */
  readonly copyStrided: StridedCopy;
  /** Copies elements of one byte. Fast where the column step is 1. */
  readonly copyStridedBytes: StridedCopy;
}

/** The kernels, working in `memory`; null where they cannot be compiled, and the reference kernels serve. */
export function compileElementwise(memory: WasmMemory): ElementwiseKernels | null {
  return instantiate(elementwise, memory) as ElementwiseKernels | null;
}
