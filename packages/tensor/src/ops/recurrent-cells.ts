import { add, mul, square, sub } from './arithmetic.ts';
import { relu } from './activation.ts';
import { sigmoid, tanh } from './functions.ts';
import { concat } from './join.ts';
import { gt, where } from './logic.ts';
import { type Cell } from './recurrence.ts';
import { type Tensor } from '../graph/tensor.ts';
import { slice } from './views.ts';

/** Gates `from` to `to` of those that lie side by side. */
function gates(x: Tensor, count: number, from: number, to = from + 1): Tensor {
  const hidden = (x.shape[1] ?? 0) / count;
  return slice(x, 1, from * hidden, to * hidden);
}

/** `y (1 - y)`, the derivative of y = sigmoid(x). */
function slope(y: Tensor): Tensor {
  return mul(y, sub(1, y));
}

/** `1 - y²`, the derivative of y = tanh(x). */
function tanhSlope(y: Tensor): Tensor {
  return sub(1, square(y));
}

type Parts<Names extends readonly unknown[]> = { readonly [At in keyof Names]: Tensor };

/** `h' = tanh(input + hidden)` */
export const tanhCell: Cell = {
  name: 'RNN',
  gates: 1,
  states: 1,
  parts: 1,
  step: (input, hidden) => [tanh(add(input, hidden))],
  backward: ([h]) => ({
    tables: [tanhSlope(h as Tensor)],
    step: ([slopes], [gh]) => ({ hidden: mul(gh as Tensor, slopes as Tensor), before: [null] }),
    input: (hidden) => hidden,
  }),
};

/** `h' = relu(input + hidden)` */
export const reluCell: Cell = {
  ...tanhCell,
  step: (input, hidden) => [relu(add(input, hidden))],
  backward: ([h]) => ({
    tables: [gt(h as Tensor, 0)],
    step: ([passes], [gh]) => ({ hidden: where(passes as Tensor, gh as Tensor, 0), before: [null] }),
    input: (hidden) => hidden,
  }),
};

/**
 * `i, f, o = sigmoid(…)` and `g = tanh(…)` of input + hidden; `c' = f c + i g` and `h' = o tanh(c')`. The gates are in PyTorch's order:
 * i, f, g, o.
 */
export const lstmCell: Cell = {
  name: 'LSTM',
  gates: 4,
  states: 2,
  parts: 6,
  step(input, hidden, [, c]) {
    const sums = add(input, hidden);
    const both = sigmoid(gates(sums, 4, 0, 2));
    const [i, f] = [gates(both, 2, 0), gates(both, 2, 1)];
    const [g, o] = [tanh(gates(sums, 4, 2)), sigmoid(gates(sums, 4, 3))];
    const next = add(mul(f, c as Tensor), mul(i, g));
    return [mul(o, tanh(next)), next, i, f, g, o];
  },
  backward(parts, [, c]) {
    const [, next, i, f, g, o] = parts as Parts<['h', 'c', 'i', 'f', 'g', 'o']>;
    const reached = tanh(next);
    return {
      tables: [
        mul(o, tanhSlope(reached)), // of h by c
        mul(reached, slope(o)),
        mul(g, slope(i)),
        mul(c as Tensor, slope(f)),
        mul(i, tanhSlope(g)),
        f,
      ],
      step(tables, states) {
        const [byC, byO, byI, byF, byG, forget] = tables as Parts<['c', 'o', 'i', 'f', 'g', 'forget']>;
        const [gh, gcGiven] = states as Parts<['h', 'c']>;
        const gc = add(gcGiven, mul(gh, byC));
        const hidden = concat([mul(gc, byI), mul(gc, byF), mul(gc, byG), mul(gh, byO)], 1);
        return { hidden, before: [null, mul(gc, forget)] };
      },
      input: (hidden) => hidden,
    };
  },
};

/**
 * `r, z = sigmoid(input + hidden)`, `n = tanh(input + r · hidden)` and `h' = (1 - z) n + z h`, each with its own third of the two shares:
 * r, z, n.
 */
export const gruCell: Cell = {
  name: 'GRU',
  gates: 3,
  states: 1,
  parts: 5,
  step(input, hidden, [h]) {
    const both = sigmoid(add(gates(input, 3, 0, 2), gates(hidden, 3, 0, 2)));
    const [r, z] = [gates(both, 2, 0), gates(both, 2, 1)];
    const m = gates(hidden, 3, 2);
    const n = tanh(add(gates(input, 3, 2), mul(r, m)));
    return [add(n, mul(z, sub(h as Tensor, n))), r, z, n, m];
  },
  backward(parts, [h]) {
    const [, r, z, n, m] = parts as Parts<['h', 'r', 'z', 'n', 'm']>;
    const byN = mul(sub(1, z), tanhSlope(n));
    return {
      tables: [mul(mul(byN, m), slope(r)), mul(sub(h as Tensor, n), slope(z)), mul(byN, r), z],
      step(tables, [given]) {
        const [byR, byZ, byM, keep] = tables as Parts<['r', 'z', 'm', 'keep']>;
        const gh = given as Tensor;
        return { hidden: concat([mul(gh, byR), mul(gh, byZ), mul(gh, byM)], 1), before: [mul(gh, keep)] };
      },
      input: (hidden, gh) => concat([gates(hidden, 3, 0, 2), mul(gh(), byN)], 1),
    };
  },
};
