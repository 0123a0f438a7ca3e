/**
 * Backpropagation, all of it.
 *
 * Every operation makes a new node, a {@link Value}, that remembers its inputs and one *local derivative* for each: how
 * fast the result changes with that input alone. For `y = a·b` these are `∂y/∂a = b` and `∂y/∂b = a`. Nodes and inputs
 * form a graph that ends in one node, the loss L, and the chain rule says how fast L changes with any node a in it:
 *
 * ```text
 * ∂L/∂a = Σ ∂L/∂y · ∂y/∂a      the sum over all y that a is an input of
 * ```
 *
 * {@link Value.backward} walks the graph once, from L to the leaves, and does these products and sums. That is the whole
 * idea. Below, from top to bottom: the operations, the node, the order of the walk, and where the numbers are kept.
 */

/** An operand of an operation. A plain number is a constant: it has no node and no gradient. */
export type Operand = Value | number;

/** An operation of one operand. */
export type UnaryOp = (x: Operand) => Value;

/** An operation of two operands, either of which may be a number: `sub(1, x)`. */
export type BinaryOp = (a: Operand, b: Operand) => Value;

/** A local derivative. `null` blocks the gradient: a derivative of 0 would not, because `0 · ∞` is NaN. */
type Derivative = number | null;

/** The definition of an operation: its result `y`, and `dx`, the local derivative ∂y/∂x … */
type UnaryRule = (x: number) => { y: number; dx: Derivative };
/** … or, for two operands, ∂y/∂a and ∂y/∂b. */
type BinaryRule = (a: number, b: number) => { y: number; da: Derivative; db: Derivative };

/** `a + b`. */
export const add: BinaryOp = binary('add', (a, b) => ({ y: a + b, da: 1, db: 1 }));

/** `a − b`. */
export const sub: BinaryOp = binary('sub', (a, b) => ({ y: a - b, da: 1, db: -1 }));

/** `a · b`. */
export const mul: BinaryOp = binary('mul', (a, b) => ({ y: a * b, da: b, db: a }));

/** `a / b`. */
export const div: BinaryOp = binary('div', (a, b) => ({ y: a / b, da: 1 / b, db: -(a / b) / b }));

/** `a` to the power `b`. */
export const pow: BinaryOp = binary('pow', (a, b) => {
  const y = power(a, b);
  // a⁰ is 1 for every a, and 0ᵇ is 0 for every b > 0: both are flat, though the formulas would say 0 · ∞.
  return { y, da: b === 0 ? null : b * power(a, b - 1), db: a === 0 && b >= 0 ? 0 : y * Math.log(a) };
});

/** `−x`. */
export const neg: UnaryOp = unary('neg', (x) => ({ y: -x, dx: -1 }));

/** `e` to the power `x`. */
export const exp: UnaryOp = unary('exp', (x) => {
  const y = Math.exp(x);
  return { y, dx: y };
});

/** The natural logarithm of `x`. */
export const log: UnaryOp = unary('log', (x) => ({ y: Math.log(x), dx: 1 / x }));

/** The square root of `x`. */
export const sqrt: UnaryOp = unary('sqrt', (x) => {
  const y = Math.sqrt(x);
  return { y, dx: 1 / (2 * y) };
});

/** The hyperbolic tangent of `x`. */
export const tanh: UnaryOp = unary('tanh', (x) => {
  const y = Math.tanh(x);
  return { y, dx: 1 - y * y };
});

/** `1 / (1 + e⁻ˣ)`. */
export const sigmoid: UnaryOp = unary('sigmoid', (x) => {
  const y = 1 / (1 + Math.exp(-x));
  return { y, dx: y * (1 - y) };
});

/** `max(x, 0)`, with slope 0 at 0. */
export const relu: UnaryOp = unary('relu', (x) => (x <= 0 ? { y: 0, dx: null } : { y: x, dx: 1 }));

/** `|x|`, with slope 0 at 0 and, as in PyTorch, at NaN. */
export const abs: UnaryOp = unary('abs', (x) => ({ y: Math.abs(x), dx: Math.sign(x) || 0 }));

/** The sine of `x`, in radians. */
export const sin: UnaryOp = unary('sin', (x) => ({ y: Math.sin(x), dx: Math.cos(x) }));

/** The cosine of `x`, in radians. */
export const cos: UnaryOp = unary('cos', (x) => ({ y: Math.cos(x), dx: -Math.sin(x) }));

function unary(op: string, rule: UnaryRule): UnaryOp {
  return (x) => {
    const { y, dx } = rule(numberOf(x, op));
    return typeof x === 'number' ? value(y) : record(op, y, x, dx);
  };
}

function binary(op: string, rule: BinaryRule): BinaryOp {
  return (a, b) => {
    const { y, da, db } = rule(numberOf(a, op), numberOf(b, op));
    if (typeof a === 'number') return typeof b === 'number' ? value(y) : record(op, y, b, db);
    return typeof b === 'number' ? record(op, y, a, da) : record(op, y, a, da, b, db);
  };
}

function numberOf(x: Operand, op: string): number {
  if (typeof x === 'number') return x;
  if (isValue(x)) return x.data;
  throw new TypeError(`${op}: expected a Value or a number, got ${typeof x}`);
}

/** Creates the node for `y` and stores its local derivatives. Writing to `data` later does not change them. */
function record(op: string, y: number, a: Value, da: Derivative, b: Value | null = null, db: Derivative = 0): Value {
  const node = new Value(y, '', op, a, b);
  node.da = da === null ? NOTHING_PASSES : da + 0;
  node.db = db === null ? NOTHING_PASSES : db + 0;
  return node;
}

/** How a derivative of `null` is stored: as −0. No other derivative is −0, because `record` adds 0, and −0 + 0 is 0. */
const NOTHING_PASSES = -0;

/** @internal The share of a node's gradient that comes from one use of it: `∂L/∂y · ∂y/∂a`. */
export function chainRule(upstream: number, local: number): number {
  return Object.is(local, NOTHING_PASSES) ? 0 : upstream * local;
}

/** `a ** b` by IEEE 754, where `1 ** NaN` and `(-1) ** Infinity` are 1. In JavaScript they are NaN. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}

/** A property of every Value. Other packages, and other copies of this one, recognise a Value by it. */
const brand = Symbol.for('@mg/scalar.Value');

/**
 * A number that remembers how it was computed.
 *
 * ```ts
 * import { value } from '@mg/scalar';
 *
 * const x = value(3);
 * const y = x.mul(x).add(1); // => Value(data=10, grad=0)
 * y.backward();
 * x.grad; // => 6
 * ```
 */
export class Value {
  /** A name, for drawings. */
  label: string;
  /** The operation that made this node, `''` for a leaf. */
  readonly op: string;

  /** @internal The inputs: null in a leaf, and in place of a plain number. */
  readonly a: Value | null;
  /** @internal */
  readonly b: Value | null;
  /** @internal Stores `data`, `grad`, `da` and `db`: see the end of this file. */
  readonly chunk: Float64Array;
  /** @internal */
  readonly slot: number;
  /** @internal How many uses of this node a walk has not visited yet; 0 between walks. */
  waiting = 0;
  /** @internal Whether a backward pass has released the local derivatives. */
  released = false;

  /** To create a leaf, call {@link value}. The operations create all other nodes. */
  constructor(data: number, label = '', op = '', a: Value | null = null, b: Value | null = null) {
    this.slot = takeSlot();
    this.chunk = chunk;
    this.data = data;
    this.label = label;
    this.op = op;
    this.a = a;
    this.b = b;
  }

  /** The number itself. Writing it changes only this node: nothing is recomputed. */
  get data(): number {
    return this.chunk[this.slot] as number;
  }
  set data(x: number) {
    this.chunk[this.slot] = x;
  }

  /** How fast the node that `backward` was called on changes with this one. */
  get grad(): number {
    return this.chunk[this.slot + 1] as number;
  }
  set grad(x: number) {
    this.chunk[this.slot + 1] = x;
  }

  /** The nodes that this one was computed from, in the order of the operands. `x.mul(x)` has x twice. */
  get inputs(): readonly Value[] {
    return [this.a, this.b].filter((input): input is Value => input !== null);
  }

  /**
   * Computes how fast this value changes with every node that it was computed from, and writes that to their `grad`. The
   * `grad` of a leaf accumulates over several passes; the `grad` of any other node is replaced.
   *
   * The pass releases the local derivatives, so a graph can be used for one pass only, unless `retainGraph` is true.
   *
   * @throws {@link GraphError} if an earlier pass has released part of the graph. Then no leaf changes, and the `grad` of
   * every other node is set to 0.
   */
  backward({ retainGraph = false }: { retainGraph?: boolean } = {}): void {
    let released: Value | undefined;
    countUses(this, (node) => {
      if (node.released) released ??= node;
      if (node.a !== null) node.grad = 0;
    });
    if (released !== undefined) {
      visitAfterUses(this, () => undefined); // resets the counts to 0
      throw releasedError('backward', released);
    }

    this.grad += 1;
    visitAfterUses(this, (node) => {
      if (node.a !== null) node.a.grad += chainRule(node.grad, node.da);
      if (node.b !== null) node.b.grad += chainRule(node.grad, node.db);
      node.released = node.a !== null && !retainGraph;
    });
  }

  /** Sets the `grad` of this node to 0, and of this node only. */
  zeroGrad(): void {
    this.grad = 0;
  }

  add(other: Operand): Value {
    return add(this, other);
  }
  sub(other: Operand): Value {
    return sub(this, other);
  }
  mul(other: Operand): Value {
    return mul(this, other);
  }
  div(other: Operand): Value {
    return div(this, other);
  }
  pow(exponent: Operand): Value {
    return pow(this, exponent);
  }
  neg(): Value {
    return neg(this);
  }
  exp(): Value {
    return exp(this);
  }
  log(): Value {
    return log(this);
  }
  sqrt(): Value {
    return sqrt(this);
  }
  tanh(): Value {
    return tanh(this);
  }
  sigmoid(): Value {
    return sigmoid(this);
  }
  relu(): Value {
    return relu(this);
  }
  abs(): Value {
    return abs(this);
  }
  sin(): Value {
    return sin(this);
  }
  cos(): Value {
    return cos(this);
  }

  toString(): string {
    return `Value(${this.label && `label=${this.label}, `}data=${this.data}, grad=${this.grad})`;
  }

  /** @internal The local derivative to `a`. */
  get da(): number {
    return this.chunk[this.slot + 2] as number;
  }
  set da(x: number) {
    this.chunk[this.slot + 2] = x;
  }

  /** @internal The local derivative to `b`. */
  get db(): number {
    return this.chunk[this.slot + 3] as number;
  }
  set db(x: number) {
    this.chunk[this.slot + 3] = x;
  }

  static {
    Object.assign(this.prototype, {
      [brand]: true,
      // What console.log shows, in Node, Deno and Bun.
      [Symbol.for('nodejs.util.inspect.custom')](this: Value): string {
        return this.toString();
      },
      // A template string shows the text. Any other conversion to a primitive is a mistake.
      [Symbol.toPrimitive](this: Value, hint: string): string {
        if (hint === 'string') return this.toString();
        throw new TypeError('operators do not support Values: write x.mul(2) for x * 2; x.data is the number');
      },
    });
  }
}

/**
 * Creates a leaf of the graph: a number to differentiate with respect to.
 *
 * @throws TypeError if `data` is not a number.
 */
export function value(data: number, { label = '' }: { label?: string } = {}): Value {
  if (typeof data !== 'number') throw new TypeError(`value: expected a number, got ${typeof data}`);
  return new Value(data, label);
}

/** Whether `x` is a Value, made by this copy of the package or by another. */
export function isValue(x: unknown): x is Value {
  return typeof x === 'object' && x !== null && brand in x;
}

/** Lists `root` and all nodes that it was computed from, each once and after all of its inputs, so `root` is the last. */
export function topologicalOrder(root: Value): Value[] {
  const nodes: Value[] = [];
  countUses(root, () => undefined);
  visitAfterUses(root, (node) => nodes.push(node));
  return nodes.reverse();
}

/**
 * The first half of a walk: counts in `waiting` how often each node below `root` is used, and calls `find` with each node.
 *
 * A gradient is complete when every use of the node has added its share. So the second half goes from the root towards
 * the leaves, counts down, and visits a node after the last of its uses. Neither half is recursive: a graph may be a
 * million nodes deep.
 */
function countUses(root: Value, find: (node: Value) => void): void {
  const found = [root];
  for (let node = found.pop(); node !== undefined; node = found.pop()) {
    find(node);
    const { a, b } = node;
    if (a !== null && a.waiting++ === 0) found.push(a);
    if (b !== null && b.waiting++ === 0) found.push(b);
  }
}

/** The second half: calls `visit` with each node, after all nodes that use it. At the end each `waiting` is 0 again. */
function visitAfterUses(root: Value, visit: (node: Value) => void): void {
  const ready = [root];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    visit(node);
    const { a, b } = node;
    if (a !== null && --a.waiting === 0) ready.push(a);
    if (b !== null && --b.waiting === 0) ready.push(b);
  }
}

/** Thrown by a pass over a graph whose local derivatives an earlier backward pass has released. */
export class GraphError extends Error {
  override name = 'GraphError';
}

/** @internal */
export function releasedError(caller: string, node: Value): GraphError {
  return new GraphError(
    `${caller}: an earlier backward pass released the local derivatives of this graph (found at '${node.op}'); ` +
      `pass { retainGraph: true } to that pass, or compute the expression again`,
  );
}

// Where the numbers are kept. JavaScript engines allocate an object for each fraction in a field: four for each node, and
// a training step creates tens of thousands of nodes. So nodes that are created one after the other share a chunk:
//
//   chunk   … │ data │ grad │ ∂y/∂a │ ∂y/∂b │ data │ grad │ …
//               ↑ slot of one node            ↑ slot of the next
//
// This is the only state of the module. A chunk lives as long as any of its nodes, and so do derivatives that a backward
// pass has released.

const NUMBERS_PER_NODE = 4;
const NODES_PER_CHUNK = 128;

let chunk = new Float64Array(0);
let taken = 0;

function takeSlot(): number {
  if (taken === chunk.length) {
    chunk = new Float64Array(NUMBERS_PER_NODE * NODES_PER_CHUNK);
    taken = 0;
  }
  const slot = taken;
  taken += NUMBERS_PER_NODE;
  return slot;
}
