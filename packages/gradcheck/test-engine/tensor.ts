/** Computes the gradients of the operands from that of the result; null for an operand that has none. */
export type Vjp = (g: Tensor) => readonly (Tensor | null)[];

/** How a tensor was computed. */
interface Node {
  readonly inputs: readonly Tensor[];
  readonly vjp: Vjp;
}

/** Where the elements of a tensor lie. */
interface Layout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/**
 * A small float64 tensor with strides, to test gradcheck independently of @mg/tensor.
 *
 * Its gradient rules are written in its own operations, so they can be differentiated again.
 */
export class Tensor implements Layout {
  readonly dtype: string;
  readonly storage: { readonly array: Float64Array };
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly node: Node | null;
  grad: Tensor | null = null;
  #requiresGrad: boolean;

  constructor(
    array: Float64Array,
    layout: Layout,
    {
      node = null,
      requiresGrad = false,
      dtype = 'float64',
    }: { node?: Node | null; requiresGrad?: boolean; dtype?: string } = {},
  ) {
    this.storage = { array };
    this.shape = layout.shape;
    this.strides = layout.strides;
    this.offset = layout.offset;
    this.node = node;
    this.dtype = dtype;
    this.#requiresGrad = requiresGrad;
  }

  get requiresGrad(): boolean {
    return this.#requiresGrad || this.node !== null;
  }
  set requiresGrad(value: boolean) {
    this.#requiresGrad = value;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  isContiguous(): boolean {
    let stride = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.strides[axis] !== stride) return false;
      stride *= this.shape[axis] ?? 1;
    }
    return true;
  }

  get data(): Float64Array {
    if (!this.isContiguous()) throw new RangeError('data: this tensor is not contiguous');
    if (this.size === this.storage.array.length) return this.storage.array;
    return this.storage.array.subarray(this.offset, this.offset + this.size);
  }

  /** A copy of the elements in row-major order, for any strides. */
  elements(): Float64Array {
    if (this.isContiguous()) return this.data.slice();
    const { shape, strides, offset } = this;
    return Float64Array.from({ length: this.size }, (_, i) => {
      const position = unravel(i, shape).reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), offset);
      return this.storage.array[position] ?? NaN;
    });
  }

  contiguous(): Tensor {
    return this.isContiguous() ? this : this.clone();
  }

  clone(): Tensor {
    return record(this.elements(), this.shape, [this], (g) => [g]);
  }

  detach(): Tensor {
    return new Tensor(this.storage.array, this, { dtype: this.dtype });
  }

  /** A view with other strides, as a leaf: an input that is not contiguous. */
  view(shape: readonly number[], strides: readonly number[], offset: number = this.offset): Tensor {
    return new Tensor(this.storage.array, { shape, strides, offset }, { requiresGrad: true });
  }

  backward(
    gradient: Tensor | null = null,
    { createGraph = false }: { retainGraph?: boolean; createGraph?: boolean } = {},
  ): void {
    const ones = tensor([1], { shape: [] });
    for (const [leaf, g] of send(this, gradient ?? ones, createGraph)) {
      if (leaf.node === null) leaf.grad = leaf.grad === null ? g : sumOf(leaf.grad, g);
    }
  }
}

/** Like the `grad` that @mg/tensor has at its brand. */
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  { gradOutputs, createGraph = false }: { gradOutputs: readonly Tensor[]; createGraph?: boolean },
): (Tensor | null)[] {
  const [root, cotangent] = [outputs[0], gradOutputs[0]];
  if (root === undefined || cotangent === undefined) throw new Error('the toy engine takes one output');
  const gradients = send(root, cotangent, createGraph);
  return inputs.map((input) => gradients.get(input) ?? null);
}

const brand = Symbol.for('@mg/tensor.Tensor');
Object.defineProperty(Tensor.prototype, brand, { value: { grad }, configurable: true });

/** Runs with `true` as the value of the brand, so that gradcheck has to use `backward` and read `grad`. */
export function withPlainBrand<R>(run: () => R): R {
  Object.defineProperty(Tensor.prototype, brand, { value: true, configurable: true });
  try {
    return run();
  } finally {
    Object.defineProperty(Tensor.prototype, brand, { value: { grad }, configurable: true });
  }
}

/** A leaf. */
export function tensor(
  data: ArrayLike<number>,
  {
    shape = [data.length],
    requiresGrad = false,
    dtype = 'float64',
  }: { shape?: readonly number[]; requiresGrad?: boolean; dtype?: string } = {},
): Tensor {
  return new Tensor(Float64Array.from(data), { shape, strides: rowMajor(shape), offset: 0 }, { requiresGrad, dtype });
}

/** A leaf that requires a gradient. */
export function variable(data: ArrayLike<number>, shape: readonly number[] = [data.length]): Tensor {
  return tensor(data, { shape, requiresGrad: true });
}

/** The result of an operation, with its gradient rule. */
export function record(data: Float64Array, shape: readonly number[], inputs: readonly Tensor[], vjp: Vjp): Tensor {
  const node = isTracked(inputs) ? { inputs, vjp } : null;
  return new Tensor(data, { shape, strides: rowMajor(shape), offset: 0 }, { node });
}

let isRecording = true;

/** Whether the result of an operation on these inputs needs a node. */
function isTracked(inputs: readonly Tensor[]): boolean {
  return isRecording && inputs.some(({ requiresGrad }) => requiresGrad);
}

/** The gradients of all tensors from which the root was computed. */
function send(root: Tensor, cotangent: Tensor, createGraph: boolean): Map<Tensor, Tensor> {
  const gradients = new Map([[root, cotangent]]);
  const before = isRecording;
  isRecording = createGraph;
  try {
    for (const x of topologicalOrder(root).reverse()) {
      const g = gradients.get(x);
      if (g === undefined || x.node === null) continue;
      const { inputs, vjp } = x.node;
      for (const [i, gradient] of vjp(g).entries()) {
        const input = inputs[i];
        if (gradient === null || !input?.requiresGrad) continue;
        const sum = gradients.get(input);
        gradients.set(input, sum === undefined ? gradient : sumOf(sum, gradient));
      }
    }
  } finally {
    isRecording = before;
  }
  return gradients;
}

/** The sum of two gradients of the same tensor. */
function sumOf(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [a.elements(), b.elements()];
  return record(
    x.map((each, i) => each + (y[i] ?? NaN)),
    a.shape,
    [a, b],
    (g) => [g, g],
  );
}

function topologicalOrder(root: Tensor): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const visit = (x: Tensor) => {
    if (seen.has(x)) return;
    seen.add(x);
    x.node?.inputs.forEach(visit);
    order.push(x);
  };
  visit(root);
  return order;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** The index of the i-th element, row-major. */
export function unravel(i: number, shape: readonly number[]): number[] {
  return rowMajor(shape).map((stride, axis) => Math.floor(i / stride) % (shape[axis] ?? 1));
}
