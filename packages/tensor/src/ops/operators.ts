import { checkNumber, checkOptions, describe } from '../array/arguments.ts';
import { isFloat, promote } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as arithmetic from './arithmetic.ts';
import { to, toIntegers } from './copy.ts';
import { type BinaryOp, type Operand, toTensors } from './define-elementwise.ts';
import * as functions from './functions.ts';
import { logicalAnd } from './logic.ts';

// The operators +, -, / and ** as users call them: with options, and with a number or a tensor on either side.

/** The options of `add` and `sub`. */
export interface AlphaOptions {
  /** A factor of the second operand; 1 by default. */
  readonly alpha?: number | undefined;
}

/** The options of `div`. */
export interface DivOptions {
  /** How the quotient is rounded to a whole number: down, or toward 0. By default it is not rounded. */
  readonly roundingMode?: 'floor' | 'trunc' | undefined;
}

/** `a + alpha · b`. */
export function add(a: Operand, b: Operand, options?: AlphaOptions): Tensor {
  return options === undefined ? arithmetic.add(a, b) : scaled('add', arithmetic.add, a, b, options);
}

/**
 * `a - alpha · b`, broadcast, where `a` or `b` may be a number. The method `a.sub(b)` is the same for a tensor `a`.
 *
 * ```ts
 * import { sub, tensor } from '@mg/tensor';
 * sub(1, tensor([0.25, 2])); // => tensor([ 0.75, -1.00])
 * ```
 */
export function sub(a: Operand, b: Operand, options?: AlphaOptions): Tensor {
  return options === undefined ? arithmetic.sub(a, b) : scaled('sub', arithmetic.sub, a, b, options);
}

/** Combines `a` and `alpha · b`; integers exactly. Throws a DTypeError where integers meet a fraction. */
function scaled(name: string, op: BinaryOp, a: Operand, b: Operand, options: AlphaOptions): Tensor {
  checkOptions(name, options, ['alpha']);
  const { alpha = 1 } = options;
  checkNumber(name, 'alpha', alpha);
  const [x, y] = toTensors(name, a, b);
  const dtype = promote(x, y);
  if (isFloat(dtype)) return op(a, arithmetic.mul(y, alpha));
  if (!Number.isInteger(alpha)) {
    throw new DTypeError(`${name}: alpha must be an integer for ${dtype}, got ${alpha}; to('float32') converts`);
  }
  if (dtype === 'bool') return op(x, logicalAnd(y, alpha));
  return toIntegers(name, op(to(x, 'float64'), arithmetic.mul(to(y, 'float64'), alpha)), dtype, 'result');
}

/**
 * `a / b`, broadcast, where `a` or `b` may be a number; integers give float32, or integers where `roundingMode` rounds the quotient. The
 * method `a.div(b)` is the same for a tensor `a`.
 *
 * ```ts
 * import { div, tensor } from '@mg/tensor';
 * div(1, tensor([2, 4])); // => tensor([0.50, 0.25])
 * ```
 */
export function div(a: Operand, b: Operand, options?: DivOptions): Tensor {
  if (options === undefined) return arithmetic.div(a, b);
  checkOptions('div', options, ['roundingMode']);
  const { roundingMode } = options;
  if (roundingMode === undefined) return arithmetic.div(a, b);
  if (!Object.hasOwn(arithmetic.roundedDiv, roundingMode)) {
    throw new TypeError(`div: roundingMode must be 'floor' or 'trunc', got ${describe(roundingMode)}`);
  }
  return arithmetic.roundedDiv[roundingMode](a, b);
}

/**
 * `a` to the power of `b`, broadcast, where `a` or `b` may be a number. The method `a.pow(b)` is the same for a tensor `a`.
 *
 * ```ts
 * import { pow, tensor } from '@mg/tensor';
 * pow(2, tensor([3, -1])); // => tensor([8.0, 0.5])
 * ```
 */
export function pow(a: Operand, b: Operand): Tensor {
  return functions.pow(a, b);
}
