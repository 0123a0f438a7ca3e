import { readFileSync } from 'node:fs';
import { grad, type Index, type Nested, noGrad, type Shape, slice, tensor, type Tensor, zeros } from '@mg/tensor';
import { expect, test } from 'vitest';

// Random programs of views, changes in place and reads beside PyTorch: fixtures/in-place.py records them, and says what they are made of.

interface Program {
  readonly a: Nested;
  readonly w: Nested;
  readonly buffer: Shape;
  readonly steps: readonly (Step | readonly ['noGrad', ...Step])[];
  readonly requiresGrad: string;
  readonly elements: Readonly<Record<string, Nested>>;
  readonly gradients: readonly Nested[] | 'changed';
  readonly second?: readonly Nested[];
}
type Step = readonly [at: number, op: string, ...given: Given[]];
type Given = string | number | number[] | { tensor: number[] } | { slice: [number, number, number] };

const { programs } = JSON.parse(readFileSync(new URL('../../fixtures/in-place.json', import.meta.url), 'utf8')) as {
  programs: Program[];
};
const options = { dtype: 'float64' } as const;

/** Runs a step: it changes a tensor, or appends one. */
function run(tensors: Tensor[], [at, op, ...given]: Step): void {
  const x = tensors[at] as Tensor & Record<string, (...given: unknown[]) => Tensor>;
  const result = x[op]?.(...given.map((each) => argument(tensors, each))) as Tensor;
  if (op !== 'set' && !op.endsWith('_')) tensors.push(result);
}

function argument(tensors: readonly Tensor[], given: Given): Tensor | Index | readonly number[] | undefined {
  if (typeof given === 'string') return tensors[Number(given.slice(1))];
  if (typeof given !== 'object') return given;
  if (Array.isArray(given)) return given;
  return 'tensor' in given ? tensor(given.tensor, { dtype: 'int32' }) : slice(...given.slice);
}

/** The weights of the elements of tensor k. */
function weights({ shape, size }: Tensor, k: number): Tensor {
  return tensor(Array.from({ length: size }, (_, i) => ((i * 3 + k) % 5) - 2), options).reshape(shape); // prettier-ignore
}

function sumOf(parts: readonly Tensor[]): Tensor {
  return parts.map((x) => x.sum()).reduce((sum, part) => sum.add(part));
}

function gradientsOf(loss: Tensor, leaves: readonly Tensor[], createGraph: boolean): readonly Tensor[] {
  const gradients = loss.requiresGrad ? grad([loss], leaves, { createGraph, allowUnused: true }) : [];
  return leaves.map((leaf, at) => gradients[at] ?? zeros(leaf.shape, options));
}

const sameZeros = (x: unknown): unknown => JSON.parse(JSON.stringify(x)); // PyTorch's sums begin with 0, ours with their first number

test.each(programs.map((program, at): [number, Program] => [at, program]))('program %i', (_, program) => {
  const a = tensor(program.a, { ...options, requiresGrad: true });
  const w = tensor(program.w, { ...options, requiresGrad: true });
  const tensors: Tensor[] = [a, w, a.mul(1), zeros(program.buffer, options)];
  for (const step of program.steps) {
    if (step[0] === 'noGrad')
      noGrad(() => { run(tensors, step.slice(1) as unknown as Step); }); // prettier-ignore
    else run(tensors, step);
  }
  expect(tensors.map((x) => Number(x.requiresGrad)).join('')).toBe(program.requiresGrad);
  for (const [at, elements] of Object.entries(program.elements)) {
    expect([at, tensors[Number(at)]?.toArray()]).toEqual([at, elements]);
  }
  const loss = sumOf(
    tensors.map((x, k) =>
      weights(x, k)
        .mul(x)
        .mul(x)
        .add(weights(x, k + 1).mul(x)),
    ),
  );
  if (program.gradients === 'changed') {
    expect(() => grad([loss], [a, w])).toThrow('was saved for the gradient and has been changed in place since');
    return;
  }
  const first = gradientsOf(loss, [a, w], true);
  expect(sameZeros(first.map((g) => g.toArray()))).toEqual(sameZeros(program.gradients));
  const second = gradientsOf(sumOf(first.map((g, k) => weights(g, k).mul(g))), [a, w], false);
  expect(sameZeros(second.map((g) => g.toArray()))).toEqual(sameZeros(program.second));
});
