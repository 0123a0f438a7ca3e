import { enableGrad, isTensor, type Tensor, tensor } from '@mg/tensor';
import { elements, leaveScopes, read } from '@mg/tensor/internal';
import {
  aboveZero,
  checkSettings,
  complete,
  finite,
  fromZero,
  listOf,
  must,
  oneOf,
  type OptionRules,
  show,
  whole,
  wrongSettings,
} from './options.ts';
import { checkedParams } from './params.ts';
import { strongWolfe } from './strong-wolfe.ts';
import { beginnings, copySettings, type OptimizerState, type ParamGroup, refuse, unknownNames } from './state-dict.ts';
import { addScaled, dot, largest, type Vector } from './vector.ts';

/** The options of LBFGS. */
export interface LBFGSOptions {
  /** The learning rate, which is the first step that a line search tries: 1 by default. */
  readonly lr?: number | undefined;
  /** The largest number of iterations in a step: 20 by default. */
  readonly maxIter?: number | undefined;
  /** The number of evaluations of the closure after which a step ends: 1.25 · maxIter by default. */
  readonly maxEval?: number | undefined;
  /** A step ends when no element of the gradient is larger: 1e-7 by default. */
  readonly toleranceGrad?: number | undefined;
  /** A step ends when neither the loss nor a parameter changes by more: 1e-9 by default. */
  readonly toleranceChange?: number | undefined;
  /** The number of changes of the gradient that are remembered: 100 by default. */
  readonly historySize?: number | undefined;
  /** How the length of a change is found: 'strongWolfe', or null, the default, for `lr` itself. */
  readonly lineSearchFn?: 'strongWolfe' | null | undefined;
}

/** What is remembered between steps; vectors run through all parameters, one after the other. */
interface History {
  /** The number of evaluations of the closure, and of iterations, in all steps. */
  evaluations: number;
  iterations: number;
  /** The last change: its direction, and the number that it was multiplied by. */
  direction: Vector;
  length: number;
  /** The gradient and the loss before it. */
  gradient: Vector;
  loss: number;
  /** The last changes of the gradient y, of the parameters s, and 1 / (y · s). */
  readonly pairs: { readonly y: Vector; readonly s: Vector; readonly ro: number }[];
  /** The scale of the first approximation of the inverse Hessian. */
  scale: number;
}

/**
 * The method of Broyden, Fletcher, Goldfarb and Shanno with limited memory: a quasi-Newton method, for a loss without noise, such as that of a
 * physics-informed network. A `step` takes up to `maxIter` iterations, and evaluates the loss as often as it needs: the closure clears the
 * gradients, computes the loss, calls `backward` and returns the loss. All is computed in float64, and rounded when a parameter is written.
 *
 * There is one parameter group. A parameter without a gradient counts as one whose gradient is zero.
 *
 * Throws a RangeError for options out of range, a TypeError for parameters that cannot be stepped, or a closure that returns no loss.
 *
 * ```ts
 * import { LBFGS } from '@mg/optim';
 * import { tensor } from '@mg/tensor';
 * const x = tensor([-1.5, 2], { requiresGrad: true });
 * const optimizer = new LBFGS([x], { lineSearchFn: 'strongWolfe', maxIter: 40 });
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const [a, b] = [x.at(0), x.at(1)];
 *   const loss = a.neg().add(1).square().add(b.sub(a.square()).square().mul(100));
 *   loss.backward();
 *   return loss;
 * });
 * x.toArray(); // => [1.000, 1.000]
 * ```
 *
 * @see J. Nocedal, S. Wright, Numerical Optimization (2006), chapters 3 and 7;
 * https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
 */
export class LBFGS {
  readonly #rules: OptionRules<LBFGSOptions>;
  readonly #groups: [ParamGroup<LBFGSOptions>];
  readonly #size: number;
  #history: History | null = null;

  constructor(params: Tensor | Iterable<Tensor>, options: LBFGSOptions = {}) {
    this.#rules = rulesFor(options);
    const settings = complete(this.#rules, options);
    checkSettings(this.#rules, settings);
    const group = { ...settings, params: checkedParams('LBFGS', params, []) };
    this.#groups = [group];
    this.#size = group.params.reduce((sum, { size }) => sum + size, 0);
  }

  /** The group of all parameters. Its options can be set. */
  get paramGroups(): readonly [ParamGroup<LBFGSOptions>] {
    return this.#groups;
  }

  /** Sets the gradient of every parameter to null. */
  zeroGrad(): void {
    for (const param of this.#groups[0].params) param.grad = null;
  }

  /**
   * Takes up to `maxIter` iterations, and returns what the closure returned first: the loss before them.
   *
   * @param closure - clears the gradients, computes the loss, calls `backward` on it and returns it, a tensor of one element or a number
   */
  step<Loss extends Tensor | number>(closure: () => Loss): Loss {
    const [group] = this.#groups;
    checkSettings(this.#rules, group);
    leaveScopes();
    const { params, lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn } = group;
    const first = enableGrad(closure);
    let loss = lossOf(first);
    let gradient = this.#gradient();
    const history = (this.#history ??= begun(this.#size));
    history.evaluations++;
    if (largest(gradient) <= toleranceGrad) return first;

    const evaluate = (): { loss: number; gradient: Vector } => {
      const found = lossOf(enableGrad(closure));
      return { loss: found, gradient: this.#gradient() };
    };
    for (let [iteration, evaluations] = [1, 1]; ; iteration++) {
      history.iterations++;
      if (history.iterations === 1) history.direction = negated(gradient);
      else turn(history, gradient, historySize);
      history.length = lr * (history.iterations === 1 ? Math.min(1, 1 / sizeOf(gradient)) : 1);
      history.gradient = gradient;
      history.loss = loss;
      const { direction } = history;
      const descent = dot(gradient, direction);
      if (descent > -toleranceChange) break;

      let more = 0;
      if (lineSearchFn === 'strongWolfe') {
        const start = params.map((param) => read(param).slice());
        const found = strongWolfe(
          (length) => {
            move(params, direction, length);
            const there = evaluate();
            for (const [index, param] of params.entries()) elements(param).set(start[index] ?? []);
            return there;
          },
          { length: history.length, direction, loss, gradient, descent, toleranceChange },
        );
        ({ loss, gradient, length: history.length, evaluations: more } = found);
        move(params, direction, history.length);
      } else {
        move(params, direction, history.length);
        if (iteration < maxIter) {
          ({ loss, gradient } = evaluate());
          more = 1;
        }
      }
      evaluations += more;
      history.evaluations += more;
      if (iteration === maxIter || evaluations >= maxEval) break;
      if (largest(gradient) <= toleranceGrad) break;
      if (largest(direction) * history.length <= toleranceChange) break;
      if (Math.abs(loss - history.loss) < toleranceChange) break;
    }
    return first;
  }

  /**
   * A copy of the options and of the history, under PyTorch's names, as the state of the first parameter. Where PyTorch has lists of tensors, there is one
   * tensor in float64, with a row for each.
   */
  stateDict(): OptimizerState<LBFGSOptions> {
    const [group] = this.#groups;
    const history = this.#history;
    const paramGroups = [copySettings({ ...group, params: group.params.map((_, index) => index) })];
    if (history === null) return { state: {}, paramGroups };
    const { pairs } = history;
    const stack = (rows: readonly Vector[]): Tensor =>
      tensor(
        rows.flatMap((row) => [...row]),
        { shape: [rows.length, this.#size], dtype: 'float64' },
      );
    const vector = (numbers: Iterable<number>): Tensor => tensor([...numbers], { dtype: 'float64' });
    const state = {
      func_evals: history.evaluations,
      n_iter: history.iterations,
      d: vector(history.direction),
      t: history.length,
      old_dirs: stack(pairs.map(({ y }) => y)),
      old_stps: stack(pairs.map(({ s }) => s)),
      ro: vector(pairs.map(({ ro }) => ro)),
      H_diag: history.scale,
      prev_flat_grad: vector(history.gradient),
      prev_loss: history.loss,
    };
    return { state: { 0: state }, paramGroups };
  }

  /** Resumes from the state of another one, to the same bits. Throws a RangeError that lists every problem; then nothing is changed. */
  loadStateDict(from: OptimizerState<LBFGSOptions>): void {
    const [group] = this.#groups;
    // Whatever its type says, it may come from a file.
    const { state, paramGroups } = Object(from) as Partial<OptimizerState<LBFGSOptions>>;
    refuse('LBFGS', [...isObject('state', state), ...listOf(isObject, 1)('paramGroups', paramGroups)]);
    const { params, ...settings } = paramGroups?.[0] ?? { ...group, params: [] };
    const saved = (state as Readonly<Record<string, unknown>>)['0'];
    refuse('LBFGS', [
      ...listOf(whole(0), group.params.length)('params', params),
      ...unknownNames(settings, { ...this.#rules.table, initialLr: null }),
      ...wrongSettings(this.#rules, settings),
      ...(saved === undefined ? [] : isObject('state 0', saved)),
    ]);
    const history = saved === undefined ? null : this.#historyOf(saved as Readonly<Record<string, unknown>>);
    delete group.initialLr;
    beginnings.delete(group);
    Object.assign(group, copySettings(settings));
    this.#history = history;
  }

  #historyOf(saved: Readonly<Record<string, unknown>>): History {
    const count = isTensor(saved['ro']) ? saved['ro'].size : 0;
    const sized = (size: number) =>
      must(`a tensor of ${size} elements`, (each) => isTensor(each) && each.size === size);
    const checks = {
      func_evals: whole(0),
      n_iter: whole(0),
      d: sized(this.#size),
      t: finite,
      old_dirs: sized(count * this.#size),
      old_stps: sized(count * this.#size),
      ro: sized(count),
      H_diag: finite,
      prev_flat_grad: sized(this.#size),
      prev_loss: finite,
    };
    refuse('LBFGS', [
      ...unknownNames(saved, checks),
      ...Object.entries(checks).flatMap(([name, check]) => check(name, saved[name])),
    ]);
    const number = (name: keyof typeof checks): number => saved[name] as number;
    const vector = (name: keyof typeof checks): Vector => Float64Array.from(read(saved[name] as Tensor));
    const [ys, steps] = [vector('old_dirs'), vector('old_stps')];
    const row = (all: Vector, index: number): Vector => all.slice(index * this.#size, (index + 1) * this.#size);
    return {
      evaluations: number('func_evals'),
      iterations: number('n_iter'),
      direction: vector('d'),
      length: number('t'),
      gradient: vector('prev_flat_grad'),
      loss: number('prev_loss'),
      pairs: [...vector('ro')].map((ro, index) => ({ y: row(ys, index), s: row(steps, index), ro })),
      scale: number('H_diag'),
    };
  }

  /** The gradients of all parameters, one after the other. */
  #gradient(): Vector {
    const all = new Float64Array(this.#size);
    let at = 0;
    for (const { grad, size } of this.#groups[0].params) {
      if (grad !== null) all.set(read(grad), at);
      at += size;
    }
    return all;
  }
}

/** What there is before the first iteration. */
function begun(size: number): History {
  const none: Vector = new Float64Array(size);
  return { evaluations: 0, iterations: 0, direction: none, length: 0, gradient: none, loss: 0, pairs: [], scale: 1 };
}

/** Turns the direction: the gradient times the inverse of the Hessian, as the last changes approximate it. */
function turn(history: History, gradient: Vector, historySize: number): void {
  const { pairs } = history;
  const y = gradient.map((each, i) => each - history.gradient[i]!);
  const s = history.direction.map((each) => each * history.length);
  const ys = dot(y, s);
  if (ys > 1e-10) {
    while (pairs.length >= historySize) pairs.shift();
    pairs.push({ y, s, ro: 1 / ys });
    history.scale = ys / dot(y, y);
  }
  const direction = negated(gradient);
  const shares: number[] = [];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { y, s, ro } = pairs[i]!;
    shares[i] = dot(s, direction) * ro;
    addScaled(direction, y, -shares[i]!);
  }
  for (const [i] of direction.entries()) direction[i]! *= history.scale;
  for (const [i, { y, s, ro }] of pairs.entries()) addScaled(direction, s, shares[i]! - dot(y, direction) * ro);
  history.direction = direction;
}

/** Adds length · direction to the parameters. */
function move(params: readonly Tensor[], direction: Vector, length: number): void {
  let at = 0;
  for (const param of params) {
    const numbers = elements(param);
    for (let i = 0; i < numbers.length; i++) numbers[i]! += length * direction[at + i]!;
    at += numbers.length;
  }
}

function negated(x: Vector): Vector {
  return x.map((each) => -each);
}

/** The sum of the absolute values. */
function sizeOf(x: Vector): number {
  return x.reduce((sum, each) => sum + Math.abs(each), 0);
}

/** The loss that a closure returned, as a number. */
function lossOf(returned: unknown): number {
  const loss = isTensor(returned) && returned.size === 1 ? returned.item() : returned;
  if (typeof loss !== 'number') {
    throw new TypeError(
      `LBFGS: the closure must call backward() and return the loss, a tensor of one element or a number, got ${show(returned)}`,
    );
  }
  return loss;
}

const isObject = must('an object', (x) => typeof x === 'object' && x !== null && !Array.isArray(x) && !isTensor(x));

function rulesFor({ maxIter = 20 }: LBFGSOptions): OptionRules<LBFGSOptions> {
  return {
    owner: 'LBFGS',
    table: {
      lr: [1, aboveZero],
      maxIter: [20, whole(1)],
      maxEval: [Math.max(1, Math.floor((maxIter * 5) / 4) || 1), whole(1)],
      toleranceGrad: [1e-7, fromZero],
      toleranceChange: [1e-9, fromZero],
      historySize: [100, whole(1)],
      lineSearchFn: [null, oneOf('strongWolfe', null)],
    },
  };
}
