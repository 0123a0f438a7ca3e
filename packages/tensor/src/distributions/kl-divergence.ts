import { describe } from '../array/arguments.ts';
import { type Tensor } from '../graph/tensor.ts';
import { softplus } from '../ops/activation.ts';
import { add, div, mul, neg, square, sub } from '../ops/arithmetic.ts';
import { log } from '../ops/functions.ts';
import { eq, gt, logicalAnd, logicalOr, lt, ne, where } from '../ops/logic.ts';
import { sum } from '../ops/reduce.ts';
import { type Bernoulli } from './bernoulli.ts';
import { type Categorical } from './categorical.ts';
import { type Normal } from './normal.ts';
import { type Uniform } from './uniform.ts';

type Known = Normal | Bernoulli | Categorical | Uniform;

/**
 * The Kullback-Leibler divergence of `p` from `q`, `Σ p(x) log(p(x) / q(x))`, in nats: by the formula for two distributions of one kind,
 * whose batches are broadcast. It is Infinity where p is possible and q is not. Throws a TypeError for two kinds.
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * import { klDivergence, Normal } from '@mg/tensor/distributions';
 * const mean = tensor([0, 1], { requiresGrad: true });
 * const divergence = klDivergence(new Normal(mean, 2), new Normal(0, 1)); // => tensor([0.8069, 1.3069], requiresGrad=true)
 * divergence.sum().backward();
 * mean.grad; // => tensor([0, 1])
 * ```
 */
export function klDivergence(p: Normal, q: Normal): Tensor;
export function klDivergence(p: Bernoulli, q: Bernoulli): Tensor;
export function klDivergence(p: Categorical, q: Categorical): Tensor;
export function klDivergence(p: Uniform, q: Uniform): Tensor;
export function klDivergence(p: Known, q: Known): Tensor {
  // Not by `instanceof`: a second copy of this package has its own classes.
  if (kindOf(p) === 'Normal' && kindOf(q) === 'Normal') return ofNormals(p as Normal, q as Normal);
  if (kindOf(p) === 'Bernoulli' && kindOf(q) === 'Bernoulli') return ofBernoullis(p as Bernoulli, q as Bernoulli);
  if (kindOf(p) === 'Categorical' && kindOf(q) === 'Categorical') return ofClasses(p as Categorical, q as Categorical);
  if (kindOf(p) === 'Uniform' && kindOf(q) === 'Uniform') return ofUniforms(p as Uniform, q as Uniform);
  throw new TypeError(`klDivergence: takes two distributions of one kind, got ${kindOf(p)} and ${kindOf(q)}`);
}

function kindOf(x: unknown): string {
  return typeof x === 'object' && x !== null && 'kind' in x ? String(x.kind) : describe(x);
}

function ofNormals(p: Normal, q: Normal): Tensor {
  const ratio = square(div(p.scale, q.scale));
  const distance = square(div(sub(p.loc, q.loc), q.scale));
  return mul(sub(sub(add(ratio, distance), 1), log(ratio)), 0.5);
}

function ofBernoullis(p: Bernoulli, q: Bernoulli): Tensor {
  const [probsOfP, probsOfQ, logitsOfP, logitsOfQ] = [p.probs, q.probs, p.logits, q.logits];
  const ones = mul(probsOfP, sub(softplus(neg(logitsOfQ)), softplus(neg(logitsOfP))));
  const zeros = mul(sub(1, probsOfP), sub(softplus(logitsOfQ), softplus(logitsOfP)));
  return add(
    where(eq(probsOfP, 0), 0, where(eq(probsOfQ, 0), Infinity, ones)),
    where(eq(probsOfP, 1), 0, where(eq(probsOfQ, 1), Infinity, zeros)),
  );
}

function ofClasses(p: Categorical, q: Categorical): Tensor {
  const [probsOfP, probsOfQ] = [p.probs, q.probs];
  const isImpossible = eq(probsOfP, 0);
  // Selected before the product: the gradient of 0 · Infinity would be NaN.
  const difference = where(isImpossible, 0, sub(p.logits, q.logits));
  const isInfinite = logicalAnd(ne(probsOfP, 0), eq(probsOfQ, 0));
  return sum(where(isInfinite, Infinity, mul(probsOfP, difference)), -1);
}

function ofUniforms(p: Uniform, q: Uniform): Tensor {
  const isInfinite = logicalOr(lt(p.low, q.low), gt(p.high, q.high));
  return where(isInfinite, Infinity, log(div(sub(q.high, q.low), sub(p.high, p.low))));
}
