import { type ValueLike } from './differentiable.ts';
import { type Library, outputsOf } from './library.ts';

/** Values of @mg/scalar. A backward pass writes to the `grad` of every node below the root; all are restored. */
export const values: Library<ValueLike> = {
  precision: 'float64',
  refuse: () => undefined,
  read: ({ data }) => ({ shape: [], dtype: 'float64', data: [data] }),
  write: (x, [data = NaN]) => {
    x.data = data;
    return x;
  },
  isCopied: () => false,
  withBackward: (fn, inputs, wanted, use) => {
    const before = new Map(inputs.map((input) => [input, input.grad]));
    try {
      const outputs = outputsOf(fn(...inputs));
      for (const node of nodesBelow(outputs)) if (!before.has(node)) before.set(node, node.grad);
      return use(outputs, (output, [cotangent = NaN]) => {
        const root = outputs[output];
        if (root === undefined) throw new RangeError(`gradcheck: output ${output} does not exist`);
        for (const node of before.keys()) node.grad = 0;
        root.backward({ retainGraph: true });
        // `backward` of a value starts with 1, so the gradients are multiplied by the cotangent here.
        return wanted.map((place) => {
          const input = inputs[place];
          return input === undefined ? null : scaled(input, cotangent);
        });
      });
    } finally {
      for (const [node, grad] of before) node.grad = grad;
    }
  },
  cotangent: () => refuseSecondOrder(),
  gradients: () => refuseSecondOrder(),
};

function scaled({ grad }: ValueLike, cotangent: number): ValueLike {
  return { data: grad * cotangent, grad: 0, backward: () => undefined };
}

function nodesBelow(roots: readonly ValueLike[]): Set<ValueLike> {
  const found = new Set(roots);
  const open = [...found];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const input of node.inputs ?? []) {
      if (!found.has(input)) open.push(input);
      found.add(input);
    }
  }
  return found;
}

function refuseSecondOrder(): never {
  throw new TypeError(
    'gradgradcheck: the inputs are Values, expected Tensors: the gradients of @mg/scalar are plain numbers and cannot be differentiated again; check second derivatives with @mg/tensor',
  );
}
