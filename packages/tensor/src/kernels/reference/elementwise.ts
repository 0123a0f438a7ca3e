import { isInteger, type TypedArray } from '../../array/dtype.ts';
import { type Storage } from '../../array/storage.ts';
import { type Grid } from '../operands.ts';
import * as transcendental from './transcendental.ts';

/** Fills `out`, dense, from one dense operand of as many elements. */
export type UnaryKernel = (x: Storage, out: Storage) => void;

/** Fills `out`, dense, from two operands that are seen as grids. `out` may be the storage of a dense operand. */
export type BinaryKernel = (a: Grid, b: Grid, out: Storage, rows: number, columns: number) => void;

/** As BinaryKernel, with a third operand: bytes that choose between the other two. */
export type WhereKernel = (condition: Grid, a: Grid, b: Grid, out: Storage, rows: number, columns: number) => void;

/** Fills `out` from `at` to `end`, from `x` at i, i + xStep … and `y` at j, j + yStep … */
type Row = (
  x: TypedArray,
  i: number,
  xStep: number,
  y: TypedArray,
  j: number,
  yStep: number,
  out: TypedArray,
  at: number,
  end: number,
) => void;

function binary(row: Row): BinaryKernel {
  return (a, b, out, rows, columns) => {
    const [x, y, z] = [a.storage.read(), b.storage.read(), out.elements()];
    for (let r = 0; r < rows; r++) {
      const [i, j] = [a.offset + r * a.rowStep, b.offset + r * b.rowStep];
      row(x, i, a.columnStep, y, j, b.columnStep, z, r * columns, (r + 1) * columns);
    }
  };
}

// Each kernel has a loop of its own: one loop that calls a function per element is six times slower.

export const add: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! + y[j]!;
});

export const sub: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! - y[j]!;
});

export const mul: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! * y[j]!;
});

export const div: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! / y[j]!;
});

export const logicalXor: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = (x[i]! !== 0) !== (y[j]! !== 0) ? 1 : 0;
});

export const eq: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! === y[j]! ? 1 : 0;
});

export const ne: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! !== y[j]! ? 1 : 0;
});

export const lt: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! < y[j]! ? 1 : 0;
});

export const gt: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! > y[j]! ? 1 : 0;
});

export const le: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! <= y[j]! ? 1 : 0;
});

export const ge: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! >= y[j]! ? 1 : 0;
});

/** The larger, the first of equals; NaN where either is. */
export const maximum: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = y[j]! > x[i]! || Number.isNaN(y[j]) ? y[j]! : x[i]!;
});

/** The smaller, the first of equals; NaN where either is. */
export const minimum: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = y[j]! < x[i]! || Number.isNaN(y[j]) ? y[j]! : x[i]!;
});

export const logicalAnd: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! !== 0 && y[j]! !== 0 ? 1 : 0;
});

export const logicalOr: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! !== 0 || y[j]! !== 0 ? 1 : 0;
});

/** `x` to the power of `y`; integers have no negative powers. */
export const pow: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  if (x instanceof Float32Array || x instanceof Float64Array) {
    for (; at < end; at++, i += xStep, j += yStep) out[at] = transcendental.pow(x[i]!, y[j]!);
  } else {
    for (; at < end; at++, i += xStep, j += yStep) out[at] = wholePower(x[i]!, y[j]!);
  }
});

/** `log(e^a + e^b)`: the larger one, and what the smaller one adds to it. */
export const logaddexp: BinaryKernel = binary((a, i, aStep, b, j, bStep, out, at, end) => {
  for (; at < end; at++, i += aStep, j += bStep) {
    const [x, y] = [a[i]!, b[j]!];
    // Equal infinities have no difference.
    const gap = x === y ? 0 : Math.abs(x - y);
    out[at] = Math.max(x, y) + transcendental.log1p(transcendental.exp(-gap));
  }
});

/** The angle of the point (x, y), for the first operand y and the second one x. */
export const atan2: BinaryKernel = binary((y, i, yStep, x, j, xStep, out, at, end) => {
  for (; at < end; at++, i += yStep, j += xStep) out[at] = transcendental.atan2(y[i]!, x[j]!);
});

/** The rest of `x / y` rounded toward 0: it has the sign of `x`. */
export const fmod: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = x[i]! % y[j]!;
});

/** The rest of `x / y` rounded down: it has the sign of `y`. */
export const remainder: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = remainderOf(x[i]!, y[j]!);
});

/** `x / y`, rounded down. */
export const floorDivide: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = floorQuotient(x[i]!, y[j]!);
});

/** `x / y`, rounded toward 0. */
export const truncDivide: BinaryKernel = binary((x, i, xStep, y, j, yStep, out, at, end) => {
  for (; at < end; at++, i += xStep, j += yStep) out[at] = Math.trunc(x[i]! / y[j]!);
});

function remainderOf(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/** `x` without the rest, over `y`: rounding `x / y` itself down would give 10 for 1 / 0.1, where 0.1 goes into 1 nine times. */
function floorQuotient(x: number, y: number): number {
  const quotient = x / y;
  if (y === 0) return quotient;
  const rest = x % y;
  const whole = (x - rest) / y - (rest !== 0 && rest < 0 !== y < 0 ? 1 : 0);
  if (whole === 0) return 0 * quotient;
  const down = Math.floor(whole);
  return whole - down > 0.5 ? down + 1 : down;
}

/** A power of integers, by squaring: exact as far as a double is. */
function wholePower(base: number, exponent: number): number {
  if (exponent < 0) {
    throw new RangeError(
      `pow: ${base} to the power of ${exponent} is no whole number, as powers of integers are here; to('float32') converts`,
    );
  }
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; square *= square, rest >>>= 1) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}

/** `a` where the condition holds, else `b`: a selection, so that what was not chosen cannot leak a NaN. */
export const where: WhereKernel = (condition, a, b, out, rows, columns) => {
  const [chosen, x, y, z] = [condition.storage.read(), a.storage.read(), b.storage.read(), out.elements()];
  for (let r = 0, at = 0; r < rows; r++) {
    let k = condition.offset + r * condition.rowStep;
    let i = a.offset + r * a.rowStep;
    let j = b.offset + r * b.rowStep;
    for (let c = 0; c < columns; c++) {
      z[at++] = chosen[k] === 0 ? y[j]! : x[i]!;
      k += condition.columnStep;
      i += a.columnStep;
      j += b.columnStep;
    }
  }
};

export const neg: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = -x[i]!;
};

export const exp: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.exp(x[i]!);
};

export const log: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.log(x[i]!);
};

export const log2: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.log2(x[i]!);
};

export const log10: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.log10(x[i]!);
};

export const sinh: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = sinhOf(x[i]!);
};

export const cosh: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = coshOf(x[i]!);
};

export const atan: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.atan2(x[i]!, 1);
};

export const asin: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.atan2(x[i]!, legOf(x[i]!));
};

export const acos: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.atan2(legOf(x[i]!), x[i]!);
};

export const expm1: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.expm1(x[i]!);
};

export const log1p: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.log1p(x[i]!);
};

export const sin: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.sin(x[i]!);
};

export const cos: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.cos(x[i]!);
};

export const tan: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.tan(x[i]!);
};

export const tanh: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.tanh(x[i]!);
};

export const sigmoid: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.sigmoid(x[i]!);
};

export const erf: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.erf(x[i]!);
};

export const softplus: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = transcendental.softplus(x[i]!);
};

/** -1000 stands for -∞: there the distribution function is 0, and -∞ · 0 would be NaN. */
export const gelu: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Math.max(x[i]!, -1000) * transcendental.normalCdf(x[i]!);
};

/** `x` where it is positive, else `alpha · (e^x - 1)`. */
export const elu = (from: Storage, to: Storage, { alpha }: { readonly alpha: number }): void => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = x[i]! > 0 ? x[i]! : alpha * transcendental.expm1(x[i]!) + 0; // 0, not -0, as PyTorch
};

export const sqrt: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]!);
};

export const abs: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]!);
};

export const sign: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = x[i]! > 0 ? 1 : x[i]! < 0 ? -1 : 0;
};

export const square: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = x[i]! * x[i]!;
};

export const reciprocal: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = 1 / x[i]!;
};

export const rsqrt: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = 1 / Math.sqrt(x[i]!);
};

export const floor: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Math.floor(x[i]!);
};

export const ceil: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Math.ceil(x[i]!);
};

export const trunc: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Math.trunc(x[i]!);
};

/** To the nearest whole number, to the even one of two. */
export const round: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = roundToEven(x[i]!);
};

export const isNaN: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Number.isNaN(x[i]) ? 1 : 0;
};

export const isFinite: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Number.isFinite(x[i]) ? 1 : 0;
};

export const isInf: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]!) === Infinity ? 1 : 0;
};

export const logicalNot: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = x[i] === 0 ? 1 : 0;
};

/** Cuts to the bounds; NaN stays. */
export const clip = (
  from: Storage,
  to: Storage,
  { min, max }: { readonly min: number; readonly max: number },
): void => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max(x[i]!, min), max);
};

/** A selection, not a maximum: NaN passes through. */
export const relu: UnaryKernel = (from, to) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = x[i]! < 0 ? 0 : x[i]!;
};

/** The gradient of relu by its result `y`: `y <= 0 ? 0 : g`, a selection, so that 0 times infinity is not formed. Where y is NaN g passes. */
export const reluGradient: BinaryKernel = binary((y, i, yStep, g, j, gStep, out, at, end) => {
  for (; at < end; at++, i += yStep, j += gStep) out[at] = y[i]! <= 0 ? 0 : g[j]!;
});

/**
 * Converts: to bool by "is not zero", to integers by cutting the fraction off. Returns the place of the first number that does not fit
 * an integer dtype, where it stops; −1 without one.
 */
export const convert = (from: Storage, to: Storage): number => {
  const [x, out] = [from.read(), to.elements()];
  if (to.dtype === 'bool') for (let i = 0; i < out.length; i++) out[i] = x[i]! !== 0 ? 1 : 0;
  else if (!isInteger(to.dtype) || from.dtype === 'bool') out.set(x);
  else {
    for (let i = 0; i < out.length; i++) {
      const whole = Math.trunc(x[i]!);
      out[i] = whole;
      if (out[i] !== whole) return i;
    }
  }
  return -1;
};

/** √(1 - x²), the other leg of a right triangle with the leg x and the hypotenuse 1. */
function legOf(x: number): number {
  return Math.sqrt((1 - x) * (1 + x));
}

/** (e^x - e^-x) / 2, without cancellation near 0, and finite as far as the result is. */
function sinhOf(x: number): number {
  const size = Math.abs(x);
  const less = transcendental.expm1(size);
  const y = size < 22 ? (less + less / (less + 1)) / 2 : halfPower(size);
  return x < 0 || Object.is(x, -0) ? -y : y;
}

/** (e^x + e^-x) / 2, finite as far as the result is. */
function coshOf(x: number): number {
  const size = Math.abs(x);
  const power = transcendental.exp(size);
  return size < 22 ? (power + 1 / power) / 2 : halfPower(size);
}

/** e^x / 2, where e^x itself may overflow. */
function halfPower(x: number): number {
  const root = transcendental.exp(x / 2);
  return (root / 2) * root;
}

/** Adding 2^52 and taking it away leaves a whole number, rounded as the hardware rounds: to nearest, ties to even. */
function roundToEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 2 ** 52)) return x;
  const rounded = magnitude + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}
