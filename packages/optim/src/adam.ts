import { type Tensor } from '@mg/tensor';
import { type TypedArray } from '@mg/tensor/engine';
import { Optimizer, type ParamGroup } from './optimizer.ts';
import { checkOption } from './options.ts';

/** The options of Adam: learning rate (1e-3), decay of the two moments (0.9 and 0.999), and what keeps the divisor from 0 (1e-8). */
export interface AdamOptions {
  readonly lr?: number | undefined;
  readonly betas?: readonly [number, number] | undefined;
  readonly eps?: number | undefined;
}

interface AdamGroup {
  lr: number;
  betas: readonly [number, number];
  eps: number;
}

/** What Adam remembers of a parameter. */
interface AdamState {
  /** How often this parameter was stepped. */
  step: number;
  /** The moving mean of the gradient. */
  readonly mean: TypedArray;
  /** The moving mean of the squared gradient. */
  readonly square: TypedArray;
}

/**
 * Steps each element by its own rate, from moving means of the gradient and of its square:
 *
 *     m = β₁ m + (1 − β₁) g          v = β₂ v + (1 − β₂) g²
 *     p = p − lr · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * Throws a RangeError for a negative lr or eps, and for betas outside [0, 1).
 *
 * ```ts
 * import { Adam } from '@mg/optim';
 * import { scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const optimizer = new Adam([x], { lr: 0.1 });
 * for (let step = 0; step < 200; step++) {
 *   optimizer.zeroGrad();
 *   x.mul(x).backward();
 *   optimizer.step();
 * }
 * x.item(); // => 0.000
 * ```
 *
 * @see D. Kingma, J. Ba, Adam: A Method for Stochastic Optimization (2015), https://arxiv.org/abs/1412.6980
 */
export class Adam extends Optimizer<AdamGroup> {
  readonly #states = new Map<Tensor, AdamState>();

  constructor(params: Iterable<Tensor>, { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8 }: AdamOptions = {}) {
    checkOption('Adam', 'lr', lr, 0);
    checkOption('Adam', 'betas[0]', betas[0], 0, 1);
    checkOption('Adam', 'betas[1]', betas[1], 0, 1);
    checkOption('Adam', 'eps', eps, 0);
    super('Adam', params, { lr, betas, eps });
  }

  protected override update(param: Tensor, p: TypedArray, g: TypedArray, group: ParamGroup<AdamGroup>): void {
    let state = this.#states.get(param);
    if (state === undefined) {
      state = { step: 0, mean: p.slice().fill(0), square: p.slice().fill(0) };
      this.#states.set(param, state);
    }
    state.step++;
    adam(p, g, state, group, param.dtype === 'float32' && group.eps > 0 ? SMALLEST_NORMAL : 0);
  }
}

/**
 * The smallest float32 that is not denormal. A processor takes about 100 cycles for each denormal, so means that decay
 * below are set to 0; beside eps they are nothing.
 */
const SMALLEST_NORMAL = 1.1754943508222875e-38;

/** One step over all elements of a parameter. Means below `tiny` are set to 0. */
function adam(
  p: TypedArray,
  g: TypedArray,
  { step, mean: m, square: v }: AdamState,
  { lr, betas, eps }: AdamGroup,
  tiny: number,
): void {
  const [beta1, beta2] = betas;
  const rate = lr / (1 - power(beta1, step));
  const correction = 1 - power(beta2, step);
  for (let i = 0; i < p.length; i++) {
    const gradient = g[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * gradient;
    const square = beta2 * v[i]! + (1 - beta2) * gradient * gradient;
    m[i] = Math.abs(mean) < tiny ? 0 : mean;
    v[i] = square < tiny ? 0 : square;
    p[i]! -= (rate * mean) / (Math.sqrt(square / correction) + eps);
  }
}

/** base^exponent for a whole exponent, by squaring: the same bits on every engine, which `**` does not promise. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; square *= square, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}
