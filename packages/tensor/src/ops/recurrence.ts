import { releasing } from '../array/lifetime.ts';
import { apply, emptyOf, jointGradient, type OpRule } from '../graph/apply.ts';
import { type SavedKey, Tensor } from '../graph/tensor.ts';
import { add } from './arithmetic.ts';
import { writeInto } from './copy.ts';
import { concat, pad } from './join.ts';
import { matmul } from './matmul.ts';
import { sum } from './reduce.ts';
import { reshape, slice, transpose } from './views.ts';

/**
 * A recurrent cell: what one step computes. Each tensor is [rows, hidden] or, for gates that lie side by side, [rows, gates · hidden].
 */
export interface Cell {
  readonly name: string;
  /** How many gates the hidden state is multiplied for: the weight is [gates · hidden, hidden]. */
  readonly gates: number;
  /** How many of the parts are the state: h, or h and c. */
  readonly states: 1 | 2;
  /** How many parts a step gives. */
  readonly parts: number;
  /**
   * The parts of a step: its state, then what the gradient needs.
   *
   * @param input - the input's share of the gates
   * @param hidden - the share of the hidden state
   * @param before - the state before the step
   */
  step(input: Tensor, hidden: Tensor, before: readonly Tensor[]): readonly Tensor[];
  /** The gradient, prepared for all steps at once from their parts and the states before them. */
  backward(parts: readonly Tensor[], before: readonly Tensor[]): CellGradient;
}

/** The gradient of a cell. */
interface CellGradient {
  /** What a step reads: its rows of these. */
  readonly tables: readonly Tensor[];
  /**
   * From the gradients of a step's state: that of the hidden state's share of the gates, and that of the state before, apart from this
   * share (null for none).
   */
  step(tables: readonly Tensor[], g: readonly Tensor[]): { hidden: Tensor; before: readonly (Tensor | null)[] };
  /** The gradient of the input's share of the gates, from that of the hidden state's, and that of h. */
  input(hidden: Tensor, gh: () => Tensor): Tensor;
}

/**
 * The rows of each step, of all sequences that are as long: those that end first are last.
 *
 *     step      0  1  2
 *     rows      3  2  2      3 sequences, of the lengths 3, 3 and 1
 *     packed    a0 b0 c0  a1 b1  a2 b2
 */
export interface Steps {
  readonly sizes: readonly number[];
  /** Whether the last step comes first. */
  readonly isReversed: boolean;
}

interface Params extends Steps {
  readonly cell: Cell;
}

/** The steps in the order in which they run. */
function* inOrder({ sizes, isReversed }: Steps): Generator<{ start: number; size: number }> {
  const starts: number[] = [];
  let end = 0;
  for (const size of sizes) starts.push((end += size) - size);
  for (let at = 0; at < sizes.length; at++) {
    const step = isReversed ? sizes.length - 1 - at : at;
    yield { start: starts[step] ?? 0, size: sizes[step] ?? 0 };
  }
}

/** The state of the rows of a step: without those of sequences that have ended, and with the initial one of those that begin. */
function fitted(state: Tensor, initial: Tensor, size: number): Tensor {
  const [rows = 0] = state.shape;
  if (rows === size) return state;
  return rows > size ? slice(state, 0, 0, size) : concat([state, slice(initial, 0, rows, size)], 0);
}

/** The states before the steps, in the order of the rows. */
function statesBefore(states: Tensor, initial: Tensor, steps: Steps): Tensor {
  const before: Tensor[] = [];
  let state = slice(initial, 0, 0, 0);
  for (const { start, size } of inOrder(steps)) {
    before.push(fitted(state, initial, size));
    state = slice(states, 0, start, start + size);
  }
  return concat(steps.isReversed ? before.reverse() : before, 0);
}

/** Part `at` of all steps. */
function partOf(parts: Tensor, at: number): Tensor {
  return reshape(slice(parts, 0, at, at + 1), parts.shape.slice(1));
}

/** The share of the hidden state in the gates. */
function hiddenShare(h: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const share = matmul(h, transpose(weight, 0, 1));
  return bias === undefined ? share : add(share, bias);
}

type Inputs = readonly [input: Tensor, weight: Tensor, ...others: Tensor[]];

/** Splits the inputs after the weight: the initial state, and the bias, if any. */
function divided(
  others: readonly Tensor[],
  { states }: Cell,
): { initial: readonly Tensor[]; bias: Tensor | undefined } {
  return { initial: others.slice(0, states), bias: others[states] };
}

/** The rule for so many inputs: all are kept for the gradient. */
function ruleFor(inputs: number): OpRule<readonly Tensor[], Params> {
  return {
    name: 'recurrence',
    forward: (given, params) => forward(given as unknown as Inputs, params),
    gradients: jointGradient<readonly SavedKey[], Params>(
      [...Array(inputs).keys(), 'output'],
      (g, saved, params, needs) => gradientsOf(g, saved, params, needs),
    ),
  };
}

const rules: Readonly<Record<number, OpRule<readonly Tensor[], Params>>> = { 3: ruleFor(3), 4: ruleFor(4) };

/**
 * All steps of a recurrent layer in one direction, as one operation: recorded one by one, each slice of the input would have a gradient of
 * the size of the whole.
 *
 * @param input - the input's share of the gates, with the biases, for the rows of all steps: [rows, gates · hidden]
 * @param weight - what the hidden state is multiplied by: [gates · hidden, hidden]
 * @param others - the initial state, each [sequences, hidden]; and the bias of the hidden state's share, if that is not in `input`
 * @returns the parts of all steps, [parts, rows, hidden]. Only the gradients of the state, which comes first, are passed on.
 */
export function recurrence(cell: Cell, steps: Steps, input: Tensor, weight: Tensor, others: readonly Tensor[]): Tensor {
  const inputs = [input, weight, ...others];
  return apply(rules[inputs.length] as OpRule<readonly Tensor[], Params>, inputs, { ...steps, cell });
}

function forward([input, weight, ...others]: Inputs, params: Params): Tensor {
  const { cell } = params;
  const { initial, bias } = divided(others, cell);
  const [rows = 0] = input.shape;
  const hidden = weight.shape[1] ?? 0;
  const out = emptyOf(input.dtype, [cell.parts, rows, hidden]);
  const partsOf = (start: number, size: number): Tensor[] =>
    Array.from({ length: cell.parts }, (_, part) => {
      const offset = (part * rows + start) * hidden;
      return new Tensor(out.storage, { shape: [size, hidden], strides: [hidden, 1], offset });
    });
  let state = initial.map((each) => slice(each, 0, 0, 0));
  for (const { start, size } of inOrder(params)) {
    const before = state.map((each, at) => fitted(each, initial[at] as Tensor, size));
    const targets = partsOf(start, size);
    releasing(() => {
      const share = hiddenShare(before[0] as Tensor, weight, bias);
      const parts = cell.step(slice(input, 0, start, start + size), share, before);
      for (const [part, target] of targets.entries()) writeInto('recurrence', target, parts[part] as Tensor);
    });
    state = targets.slice(0, cell.states);
  }
  return out;
}

function gradientsOf(
  g: Tensor,
  saved: readonly Tensor[],
  params: Params,
  needs: (input: number) => boolean,
): readonly (Tensor | null)[] {
  const { cell } = params;
  const [input, weight, ...others] = saved.slice(0, -1) as unknown as Inputs;
  const { initial, bias } = divided(others, cell);
  const output = saved.at(-1) as Tensor;
  const states = initial.map((_, at) => partOf(output, at));
  const before = states.map((each, at) => statesBefore(each, initial[at] as Tensor, params));
  // The gradients of the parts that are no state are not read: where the pass is recorded, these are computed once more.
  const parts = saved.some(({ requiresGrad }) => requiresGrad)
    ? [...states, ...cell.step(input, hiddenShare(before[0] as Tensor, weight, bias), before).slice(cell.states)]
    : Array.from({ length: cell.parts }, (_, at) => partOf(output, at));
  const rule = cell.backward(parts, before);
  const given = states.map((_, at) => partOf(g, at));

  const steps = [...inOrder(params)];
  const hiddens: Tensor[] = [];
  const ghs: Tensor[] = [];
  /** The gradients of the initial states, from the last rows to the first. */
  const first: Tensor[][] = initial.map(() => []);
  let carried: readonly Tensor[] | null = null;
  for (let at = steps.length - 1; at >= 0; at--) {
    const { start, size } = steps[at] as { start: number; size: number };
    const here = (x: Tensor): Tensor => slice(x, 0, start, start + size);
    const arrived = carried;
    const gs = given.map((each, state) => (arrived === null ? here(each) : add(here(each), arrived[state] as Tensor)));
    const { hidden, before: direct } = rule.step(rule.tables.map(here), gs);
    hiddens.push(hidden);
    ghs.push(gs[0] as Tensor);
    const sent = matmul(hidden, weight);
    const gBefore = direct.map((each, state) =>
      state > 0 ? (each as Tensor) : each === null ? sent : add(each, sent),
    );
    const rowsBefore = steps[at - 1]?.size ?? 0;
    for (const [state, each] of gBefore.entries())
      if (rowsBefore < size) first[state]?.push(slice(each, 0, rowsBefore));
    carried = gBefore.map(
      (each) =>
      rowsBefore < size ? slice(each, 0, 0, rowsBefore) : pad(each, [[0, rowsBefore - size], [0, 0]]), // prettier-ignore
    );
  }
  const inRows = (list: readonly Tensor[]): Tensor => concat(params.isReversed ? list : [...list].reverse(), 0);
  const gHidden = inRows(hiddens);
  const gradients = [
    () => rule.input(gHidden, () => inRows(ghs)),
    () => matmul(transpose(gHidden, 0, 1), before[0] as Tensor),
    ...first.map((list) => () => concat([...list].reverse(), 0)),
    () => sum(gHidden, 0),
  ];
  return saved.slice(0, -1).map((_, at) => (needs(at) ? (gradients[at] as () => Tensor)() : null));
}
