import { add } from './ops.ts';
import { type Tensor } from './tensor.ts';

/** From the gradient of a result to those of the operands; null for one that has none. */
export type Vjp = (g: Tensor) => readonly (Tensor | null)[];

/** How a tensor was made. */
export interface Node {
  readonly inputs: readonly Tensor[];
  readonly vjp: Vjp;
}

let isRecording = true;

/** Whether the result of an operation on these has to remember how it was made. */
export function isTracked(inputs: readonly Tensor[]): boolean {
  return isRecording && inputs.some(({ requiresGrad }) => requiresGrad);
}

/** The gradients of everything below a root. */
export function send(root: Tensor, cotangent: Tensor, createGraph: boolean): Map<Tensor, Tensor> {
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
        gradients.set(input, sum === undefined ? gradient : add(sum, gradient));
      }
    }
  } finally {
    isRecording = before;
  }
  return gradients;
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
