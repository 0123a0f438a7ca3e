import * as kernels from '../kernels/elementwise.ts';
import { gradient } from '../op.ts';
import { div, mul } from './arithmetic.ts';
import { unary, type UnaryOp } from './elementwise.ts';

export const exp: UnaryOp = unary('exp', {
  kernel: kernels.exp,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(g, y)),
});

export const log: UnaryOp = unary('log', {
  kernel: kernels.log,
  result: 'float',
  gradient: gradient([0], (g, [x]) => div(g, x)),
});
