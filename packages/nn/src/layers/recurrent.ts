import {
  concat,
  DTypeError,
  type Generator,
  isTensor,
  ShapeError,
  stack,
  type Tensor,
  tensor,
  zeros,
} from '@mg/tensor';
import {
  type Cell,
  checkOptions,
  gruCell,
  linear,
  lstmCell,
  outside,
  recurrence,
  reluCell,
  sameShape,
  showShape,
  tanhCell,
} from '@mg/tensor/internal';
import { uniform_ } from '../init/init.ts';
import { wrapOwnForward } from '../module/forward.ts';
import { Module } from '../module/module.ts';
import { parameter } from '../module/parameter.ts';
import {
  checkCounts,
  checkFloat,
  checkFloatInput,
  checkProbability,
  type LayerOptions,
  layerOptions,
  setFields,
  snakeCase,
} from './arguments.ts';
import { dropped } from './dropout.ts';
import { type PackedSequence } from './packed-sequence.ts';

/** As LayerOptions, for a layer of recurrent cells. */
export interface RecurrentOptions extends LayerOptions {
  /** How many layers lie above each other, each with the output of the one below as its input: 1 by default. */
  readonly numLayers?: number | undefined;
  /** Whether each layer has biases: `true` by default. */
  readonly bias?: boolean | undefined;
  /** Whether input and output are [batch, time, features], not [time, batch, features]. The state is not concerned. */
  readonly batchFirst?: boolean | undefined;
  /** The probability by which elements of the output of each layer but the last are dropped while training: 0 by default. */
  readonly dropout?: number | undefined;
  /** Whether each layer also runs from the last step to the first; its output has both, side by side. */
  readonly bidirectional?: boolean | undefined;
}

/** As RecurrentOptions; the nonlinearity is `'tanh'` by default. */
export interface RNNOptions extends RecurrentOptions {
  readonly nonlinearity?: 'tanh' | 'relu' | undefined;
}

/** The hidden state and the cell state of an LSTM. */
export type LSTMState = readonly [h: Tensor, c: Tensor];

const known: readonly (keyof RecurrentOptions)[] = [
  ...layerOptions,
  'numLayers',
  'bias',
  'batchFirst',
  'dropout',
  'bidirectional',
];

/** The parameters of one layer in one direction. */
interface Weights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
}

/** Runs a layer: gives the output for an input, and the last states for the initial ones (null for zeros). */
type Run = <X extends Tensor | PackedSequence>(x: X, initial: readonly Tensor[] | null) => [output: X, last: Tensor[]];

/** What RNN, LSTM and GRU have in common; they differ in their cell, and in the state. */
abstract class Recurrent extends Module {
  declare readonly inputSize: number;
  declare readonly hiddenSize: number;
  declare readonly numLayers: number;
  declare readonly bias: boolean;
  declare readonly batchFirst: boolean;
  declare readonly dropout: number;
  declare readonly bidirectional: boolean;
  declare readonly generator: Generator | undefined;
  /** Of layer 0 in the first direction `weightIhL0`, in the other one `weightIhL0Reverse`, and so on. */
  readonly [weight: `weight${string}`]: Tensor;
  /** As the weights: `biasIhL0`, for example. They do not exist if `bias` is false. */
  readonly [bias: `bias${'Ih' | 'Hh'}${string}`]: Tensor;

  constructor(cell: Cell, inputSize: number, hiddenSize: number, options: RecurrentOptions) {
    super();
    const { name } = cell;
    const { numLayers = 1, bias = true, batchFirst = false, dropout = 0, bidirectional = false } = options;
    const { dtype, generator } = options;
    checkCounts(name, { inputSize, hiddenSize, numLayers }, 1);
    checkFloat(name, dtype);
    checkProbability(name, 'dropout', dropout);
    const fields: Record<string, unknown> = {
      ...{ inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, generator },
    };
    for (let layer = 0; layer < numLayers; layer++) {
      const size = layer === 0 ? inputSize : hiddenSize * (bidirectional ? 2 : 1);
      for (const direction of directions(bidirectional)) {
        const weights = makeWeights(cell, size, hiddenSize, bias, options);
        for (const [field, value] of Object.entries(weights)) {
          if (value !== null) fields[`${field}L${layer}${direction}`] = value;
        }
      }
    }
    setFields<Record<string, unknown>>(this as unknown as Record<string, unknown>, fields);
  }

  /** The cell, which may depend on fields. @internal */
  protected abstract cell(): Cell;

  /** Reads the fields, and returns the function that runs the layer with their values. @internal */
  protected computation(): Run {
    const { inputSize, hiddenSize, numLayers, batchFirst, dropout, bidirectional, generator, training } = this;
    const cell = this.cell();
    const { name } = cell;
    const layers = Array.from({ length: numLayers }, (_, layer) =>
      directions(bidirectional).map((direction): Weights => {
        const read = (field: keyof Weights): Tensor | null =>
          (this as unknown as Record<string, Tensor | undefined>)[`${field}L${layer}${direction}`] ?? null;
        return {
          weightIh: read('weightIh') as Tensor,
          weightHh: read('weightHh') as Tensor,
          biasIh: read('biasIh'),
          biasHh: read('biasHh'),
        };
      }),
    );
    const dtype = layers[0]?.[0]?.weightHh.dtype;
    const count = numLayers * directions(bidirectional).length;

    /** Packed rows through all layers; the initial and the last states are [count, batch, hidden]. */
    const throughLayers = (data: Tensor, sizes: readonly number[], initial: readonly Tensor[] | null) => {
      const [batch = 0] = sizes;
      const start = (at: number): Tensor[] =>
        Array.from(
          { length: cell.states },
          (_, state) => initial?.[state]?.at(at) ?? zeros([batch, hiddenSize], { dtype }),
        );
      const last: Tensor[][] = Array.from({ length: cell.states }, () => []);
      let x = data;
      for (const [layer, weightsOf] of layers.entries()) {
        if (layer > 0 && training && dropout > 0) x = dropped('dropout', x, dropout, x.shape, generator);
        const outputs = weightsOf.map((weights, at) => {
          const isReversed = at === 1;
          const states = runCell(cell, weights, x, start(layer * weightsOf.length + at), { sizes, isReversed });
          for (const [state, each] of states.entries()) last[state]?.push(lastRows(each, sizes, isReversed));
          return states[0] as Tensor;
        });
        x = outputs.length === 1 ? (outputs[0] as Tensor) : concat(outputs, 1);
      }
      return { output: x, last: last.map((each) => stack(each, 0)) };
    };

    const runPacked = (x: PackedSequence, initial: readonly Tensor[] | null): [PackedSequence, Tensor[]] => {
      const { data, batchSizes, sortedIndices, unsortedIndices } = x;
      if (data.ndim !== 2 || data.shape[1] !== inputSize) {
        throw new ShapeError(
          `${name}(${inputSize}, ${hiddenSize}): takes packed sequences [length, ${inputSize}], got data of shape ${showShape(data.shape)}`,
        );
      }
      checkDTypes(name, data, dtype);
      checkStates(name, cell.states, initial, [count, batchSizes[0] ?? 0, hiddenSize], dtype);
      const ordered = initial?.map((each) => inOrder(each, sortedIndices)) ?? null;
      const { output, last } = throughLayers(data, batchSizes, ordered);
      return [{ ...x, data: owned(output) }, last.map((each) => inOrder(each, unsortedIndices))];
    };

    const runPadded = (x: Tensor, initial: readonly Tensor[] | null): [Tensor, Tensor[]] => {
      const isBatched = x.ndim === 3;
      const whole = isBatched ? (batchFirst ? '[batch, time, ' : '[time, batch, ') : '[time, ';
      if ((x.ndim !== 2 && !isBatched) || x.shape.at(-1) !== inputSize) {
        throw new ShapeError(
          `${name}(${inputSize}, ${hiddenSize}): takes ${whole}${inputSize}], got ${showShape(x.shape)}`,
        );
      }
      checkDTypes(name, x, dtype);
      const turned = isBatched && batchFirst ? x.transpose(0, 1) : x;
      const [time = 0, batch = 1] = isBatched ? turned.shape : [turned.shape[0], 1];
      if (time === 0) throw new ShapeError(`${name}: needs at least one step, got ${showShape(x.shape)}`);
      checkStates(name, cell.states, initial, isBatched ? [count, batch, hiddenSize] : [count, hiddenSize], dtype);
      const batched = isBatched ? initial : (initial?.map((each) => each.unsqueeze(1)) ?? null);
      const rows = turned.reshape([time * batch, inputSize]);
      const { output, last } = throughLayers(rows, new Array<number>(time).fill(batch), batched);
      const features = output.shape[1] ?? 0;
      if (!isBatched) return [owned(output), last.map((each) => each.squeeze(1))];
      const steps = output.reshape([time, batch, features]);
      return [owned(batchFirst ? steps.transpose(0, 1) : steps), last];
    };

    // The states of one direction are a view of all that its steps computed, which goes with the graph.
    const owned = (x: Tensor): Tensor => (bidirectional && x.isContiguous() ? x : x.clone());

    return ((x, initial) => (isTensor(x) ? runPadded(x, initial) : runPacked(x, initial))) as Run;
  }

  protected override stateName(field: string): string {
    return snakeCase(field);
  }
}

/**
 * Layers of simple recurrent cells: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)` at each step, or with relu.
 *
 * An input [time, batch, inputSize] and an initial state [layers, batch, hiddenSize] give the output of the last layer at each step,
 * [time, batch, hiddenSize], and the last state of each layer. Without an initial state it is zeros. With `bidirectional`, there are twice as
 * many states, and the output has 2 · hiddenSize features. An input without a batch, [time, inputSize], has a state [layers, hiddenSize].
 * A packed sequence gives a packed sequence.
 *
 * Weights and biases are drawn uniformly from ±1/√hiddenSize, as in PyTorch. Throws a ShapeError for an input or a state of another
 * shape, and a DTypeError for another dtype than that of the weights.
 *
 * ```ts
 * import { RNN } from '@mg/nn';
 * import { randn } from '@mg/tensor';
 * const [output, h] = new RNN(3, 5, { numLayers: 2 }).forward(randn([7, 4, 3]));
 * [output.shape, h.shape]; // => [[7, 4, 5], [2, 4, 5]]
 * ```
 */
export class RNN extends Recurrent {
  declare readonly nonlinearity: 'tanh' | 'relu';

  static {
    wrapOwnForward(this.prototype);
  }

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    checkOptions('RNN', options, [...known, 'nonlinearity']);
    super(tanhCell, inputSize, hiddenSize, options);
    setFields<RNN>(this, { nonlinearity: checkedNonlinearity('RNN', options) });
  }

  /** The output and the last state, for an input and an initial state. The class documents the shapes. */
  override forward<X extends Tensor | PackedSequence>(x: X, h: Tensor | null = null): [output: X, h: Tensor] {
    const [output, last] = outside(() => this.computation())(x, h === null ? null : [h]);
    return [output, last[0] as Tensor];
  }

  protected override cell(): Cell {
    return this.nonlinearity === 'tanh' ? tanhCell : reluCell;
  }
}

/**
 * Layers of long short-term memory: at each step, with `i f g o = W_ih x + b_ih + W_hh h + b_hh`,
 * `c' = sigmoid(f) c + sigmoid(i) tanh(g)` and `h' = sigmoid(o) tanh(c')`.
 *
 * The shapes, the initial weights and the errors are those of RNN; the state is a pair, of h and c. The bias of the forget gate has no
 * special start, as in PyTorch.
 * @see S. Hochreiter, J. Schmidhuber, Long Short-Term Memory (1997), https://doi.org/10.1162/neco.1997.9.8.1735
 *
 * ```ts
 * import { LSTM } from '@mg/nn';
 * import { randn } from '@mg/tensor';
 * const lstm = new LSTM(3, 5, { bidirectional: true });
 * const [output, [h, c]] = lstm.forward(randn([7, 4, 3]));
 * [output.shape, h.shape, c.shape]; // => [[7, 4, 10], [2, 4, 5], [2, 4, 5]]
 * ```
 */
export class LSTM extends Recurrent {
  static {
    wrapOwnForward(this.prototype);
  }

  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    checkOptions('LSTM', options, known);
    super(lstmCell, inputSize, hiddenSize, options);
  }

  /** The output and the last state, for an input and an initial state. The class documents the shapes. */
  override forward<X extends Tensor | PackedSequence>(
    x: X,
    state: LSTMState | null = null,
  ): [output: X, state: [h: Tensor, c: Tensor]] {
    const [output, last] = outside(() => this.computation())(x, state);
    return [output, last as [Tensor, Tensor]];
  }

  protected override cell(): Cell {
    return lstmCell;
  }
}

/**
 * Layers of gated recurrent units: at each step `r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)`, `z` likewise,
 * `n = tanh(W_in x + b_in + r (W_hn h + b_hn))` and `h' = (1 - z) n + z h`.
 *
 * The shapes, the initial weights and the errors are those of RNN.
 * @see K. Cho et al., Learning Phrase Representations using RNN Encoder-Decoder (2014), https://arxiv.org/abs/1406.1078
 */
export class GRU extends Recurrent {
  static {
    wrapOwnForward(this.prototype);
  }

  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    checkOptions('GRU', options, known);
    super(gruCell, inputSize, hiddenSize, options);
  }

  /** The output and the last state, for an input and an initial state. The class documents the shapes. */
  override forward<X extends Tensor | PackedSequence>(x: X, h: Tensor | null = null): [output: X, h: Tensor] {
    const [output, last] = outside(() => this.computation())(x, h === null ? null : [h]);
    return [output, last[0] as Tensor];
  }

  protected override cell(): Cell {
    return gruCell;
  }
}

/** As LayerOptions; `bias: false` omits the biases. */
export interface RecurrentCellOptions extends LayerOptions {
  readonly bias?: boolean | undefined;
}

/** As RecurrentCellOptions; the nonlinearity is `'tanh'` by default. */
export interface RNNCellOptions extends RecurrentCellOptions {
  readonly nonlinearity?: 'tanh' | 'relu' | undefined;
}

/** What the cells have in common: one step, from [batch, inputSize] and a state [batch, hiddenSize]. */
abstract class RecurrentCell extends Module {
  declare readonly inputSize: number;
  declare readonly hiddenSize: number;
  declare readonly weightIh: Tensor;
  declare readonly weightHh: Tensor;
  declare readonly biasIh: Tensor | null;
  declare readonly biasHh: Tensor | null;

  constructor(cell: Cell, inputSize: number, hiddenSize: number, options: RecurrentCellOptions) {
    super();
    const name = `${cell.name}Cell`;
    checkCounts(name, { inputSize, hiddenSize }, 1);
    checkFloat(name, options.dtype);
    const weights = makeWeights(cell, inputSize, hiddenSize, options.bias ?? true, options);
    setFields<RecurrentCell>(this, { inputSize, hiddenSize, ...weights });
  }

  /** The cell, which may depend on fields. @internal */
  protected abstract cell(): Cell;

  /** Reads the fields, and returns the function from input and state to the next state. @internal */
  protected computation(): (x: Tensor, initial: readonly Tensor[] | null) => Tensor[] {
    const { inputSize, hiddenSize, weightIh, weightHh, biasIh, biasHh } = this;
    const cell = this.cell();
    const name = `${cell.name}Cell`;
    const { dtype } = weightHh;
    return (x, initial) => {
      if ((x.ndim !== 1 && x.ndim !== 2) || x.shape.at(-1) !== inputSize) {
        throw new ShapeError(
          `${name}(${inputSize}, ${hiddenSize}): takes [batch, ${inputSize}], got ${showShape(x.shape)}`,
        );
      }
      checkDTypes(name, x, dtype);
      checkStates(name, cell.states, initial, [...x.shape.slice(0, -1), hiddenSize], dtype);
      const rows = x.ndim === 2 ? x : x.unsqueeze(0);
      const [batch = 0] = rows.shape;
      const states = Array.from({ length: cell.states }, (_, at) => {
        const given = initial?.[at];
        if (given === undefined) return zeros([batch, hiddenSize], { dtype });
        return x.ndim === 2 ? given : given.unsqueeze(0);
      });
      const steps = { sizes: [batch], isReversed: false };
      const next = runCell(cell, { weightIh, weightHh, biasIh, biasHh }, rows, states, steps);
      return next.map((each) => (x.ndim === 2 ? each : each.squeeze(0)).clone());
    };
  }

  protected override stateName(field: string): string {
    return snakeCase(field);
  }
}

/**
 * One step of RNN: an input [batch, inputSize] and a state [batch, hiddenSize] give the next state. Without a state it is zeros. The axis of
 * the batch may be missing. Initial weights and errors are those of RNN.
 */
export class RNNCell extends RecurrentCell {
  declare readonly nonlinearity: 'tanh' | 'relu';

  static {
    wrapOwnForward(this.prototype);
  }

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    checkOptions('RNNCell', options, [...layerOptions, 'bias', 'nonlinearity']);
    super(tanhCell, inputSize, hiddenSize, options);
    setFields<RNNCell>(this, { nonlinearity: checkedNonlinearity('RNNCell', options) });
  }

  /** The next state. */
  override forward(x: Tensor, h: Tensor | null = null): Tensor {
    return outside(() => this.computation())(x, h === null ? null : [h])[0] as Tensor;
  }

  protected override cell(): Cell {
    return this.nonlinearity === 'tanh' ? tanhCell : reluCell;
  }
}

/** One step of LSTM, as RNNCell; the state is a pair, of h and c. */
export class LSTMCell extends RecurrentCell {
  static {
    wrapOwnForward(this.prototype);
  }

  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    checkOptions('LSTMCell', options, [...layerOptions, 'bias']);
    super(lstmCell, inputSize, hiddenSize, options);
  }

  /** The next state. */
  override forward(x: Tensor, state: LSTMState | null = null): [h: Tensor, c: Tensor] {
    return outside(() => this.computation())(x, state) as [Tensor, Tensor];
  }

  protected override cell(): Cell {
    return lstmCell;
  }
}

/** One step of GRU, as RNNCell. */
export class GRUCell extends RecurrentCell {
  static {
    wrapOwnForward(this.prototype);
  }

  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    checkOptions('GRUCell', options, [...layerOptions, 'bias']);
    super(gruCell, inputSize, hiddenSize, options);
  }

  /** The next state. */
  override forward(x: Tensor, h: Tensor | null = null): Tensor {
    return outside(() => this.computation())(x, h === null ? null : [h])[0] as Tensor;
  }

  protected override cell(): Cell {
    return gruCell;
  }
}

function directions(bidirectional: boolean): readonly string[] {
  return bidirectional ? ['', 'Reverse'] : [''];
}

function checkedNonlinearity(name: string, { nonlinearity = 'tanh' }: RNNOptions): 'tanh' | 'relu' {
  if (!['tanh', 'relu'].includes(nonlinearity)) {
    throw new RangeError(`${name}: nonlinearity must be 'tanh' or 'relu', got ${nonlinearity}`);
  }
  return nonlinearity;
}

/** The parameters of a cell, drawn as PyTorch does. */
function makeWeights(
  { gates }: Cell,
  inputSize: number,
  hiddenSize: number,
  hasBias: boolean,
  { dtype, generator }: LayerOptions,
): Weights {
  const bound = 1 / Math.sqrt(hiddenSize);
  const draw = (...shape: number[]): Tensor =>
    parameter(uniform_(zeros(shape, { dtype }), { a: -bound, b: bound, generator }));
  const rows = gates * hiddenSize;
  return {
    weightIh: draw(rows, inputSize),
    weightHh: draw(rows, hiddenSize),
    biasIh: hasBias ? draw(rows) : null,
    biasHh: hasBias ? draw(rows) : null,
  };
}

/** The states of all steps, for packed rows. */
function runCell(
  cell: Cell,
  { weightIh, weightHh, biasIh, biasHh }: Weights,
  x: Tensor,
  initial: readonly Tensor[],
  steps: { readonly sizes: readonly number[]; readonly isReversed: boolean },
): Tensor[] {
  // In a GRU the second bias is multiplied by a gate; elsewhere both are added to the same.
  const isApart = cell === gruCell && biasHh !== null;
  const bias = biasIh === null || biasHh === null || isApart ? biasIh : biasIh.add(biasHh);
  const others = isApart ? [...initial, biasHh] : initial;
  const parts = recurrence(cell, steps, linear(x, weightIh, bias, null), weightHh, others);
  return Array.from({ length: cell.states }, (_, at) => parts.at(at));
}

/** The state of each sequence after its last step, from the rows of all steps. */
function lastRows(states: Tensor, sizes: readonly number[], isReversed: boolean): Tensor {
  const [batch = 0] = sizes;
  if (isReversed) return states.slice(0, 0, batch);
  if (sizes.at(-1) === batch) return states.slice(0, -batch);
  const rows = new Array<number>(batch).fill(0);
  let start = 0;
  for (const size of sizes) {
    for (let at = 0; at < size; at++) rows[at] = start + at;
    start += size;
  }
  return states.indexSelect(0, tensor(rows, { dtype: 'int32' }));
}

/** The sequences of a state in another order. */
function inOrder(state: Tensor, order: readonly number[] | null): Tensor {
  return order === null ? state : state.indexSelect(1, tensor([...order], { dtype: 'int32' }));
}

function checkDTypes(name: string, x: Tensor, dtype: Tensor['dtype'] | undefined): void {
  checkFloatInput(name, x);
  if (x.dtype !== dtype)
    throw new DTypeError(`${name}: the weights are ${dtype}, got ${x.dtype}; to('${dtype}') converts`);
}

/** Throws unless there are as many states as the cell has, of this shape and dtype. */
function checkStates(
  name: string,
  count: number,
  states: readonly Tensor[] | null,
  shape: readonly number[],
  dtype: Tensor['dtype'] | undefined,
): void {
  if (states === null) return;
  if (!Array.isArray(states) || states.length !== count || !states.every(isTensor)) {
    throw new TypeError(`${name}: the initial state must be ${count === 1 ? 'a tensor' : 'a pair [h, c] of tensors'}`);
  }
  for (const each of states) {
    if (!sameShape(each.shape, shape)) {
      throw new ShapeError(`${name}: the initial state must be ${showShape(shape)}, got ${showShape(each.shape)}`);
    }
    checkDTypes(`${name}: the initial state`, each, dtype);
  }
}
