import { describe } from '../array/arguments.ts';
import { ShapeError } from '../array/errors.ts';
import { showShape, sizeOf } from '../array/shape.ts';
import { asOne } from '../graph/apply.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import { mul } from './arithmetic.ts';
import { product } from './matmul.ts';
import { sum } from './reduce.ts';
import { diagonal, permute, reshape, unsqueeze } from './views.ts';

/** A tensor with a label for each axis. The axes of an ellipsis have the labels `.0`, `.1` … from the right. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Einstein summation: multiplies tensors whose axes are labelled by letters, and sums over the letters that are missing after the arrow.
 *
 *     'ij,jk->ik'   the matrix product          'ii->i'     the diagonal
 *     'bij,bjk'     batched over b               '...ij->...ji'  the last two axes swapped
 *
 * Without an arrow, the result has the axes of the ellipsis and then the letters that occur once, in alphabetical order. Operands are
 * contracted from left to right; two operands that share a summed letter are multiplied as (batched) matrices.
 * Throws a ShapeError if the equation is invalid or does not match the operands.
 *
 * ```ts
 * import { einsum, tensor } from '@mg/tensor';
 * const a = tensor([[1, 2], [3, 4]]);
 * einsum('ij,jk->ik', a, a).toArray(); // => [[7, 10], [15, 22]]
 * einsum('ii', a).item(); // => 5
 * ```
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  if (typeof equation !== 'string') {
    throw new TypeError(`einsum: the equation is a string, as in 'ij,jk->ik', got ${describe(equation)}`);
  }
  for (const [index, each] of operands.entries()) {
    checkTensor('einsum', `operand ${index}`, each, 'as in einsum(equation, a, b)');
  }
  const fail = (reason: string): never => {
    const shapes = operands.map(({ shape }) => showShape(shape)).join(', ');
    throw new ShapeError(`einsum: ${reason}, in '${equation}' of ${shapes}`);
  };
  const [left = '', right, ...more] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  if (more.length > 0) fail('the equation has more than one arrow');
  if (terms.length !== operands.length)
    fail(`the equation has ${terms.length} terms, but there are ${operands.length} operands`);
  const inputs = operands.map((x, index) => distinct({ x, labels: labelsOf(terms[index] ?? '', x, fail) }, fail));
  const sizes = sizesOf(inputs, fail);
  const output = right === undefined ? implied(terms, sizes) : outputLabels(right, sizes, fail);

  const result = inputs.reduce((product, next, index) => {
    const later = new Set([...output, ...inputs.slice(index + 1).flatMap(({ labels }) => labels)]);
    return contract(product, next, later);
  });
  const last = sumOver(result, new Set(output));
  return asOne(operands, arranged(last, output));
}

type Fail = (reason: string) => never;

/** The labels of the axes of an operand. */
function labelsOf(term: string, { ndim }: Tensor, fail: Fail): string[] {
  if (!/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term)) fail(`'${term}' may contain only letters and one ellipsis`);
  const [before = '', after] = term.split('...');
  const hidden = ndim - before.length - (after ?? '').length;
  if (after === undefined ? hidden !== 0 : hidden < 0) fail(`'${term}' does not name the ${ndim} axes of its operand`);
  const rest = Array.from({ length: after === undefined ? 0 : hidden }, (_, index) => `.${hidden - 1 - index}`);
  return [...before.split(''), ...rest, ...(after ?? '').split('')];
}

/** Replaces two axes with the same label by their diagonal. */
function distinct({ x, labels }: Labelled, fail: Fail): Labelled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second < 0) return { x, labels };
  const label = labels[second] ?? '';
  const first = labels.indexOf(label);
  if (x.shape[first] !== x.shape[second]) fail(`'${label}' has sizes ${x.shape[first]} and ${x.shape[second]}`);
  const others = labels.filter((_, axis) => axis !== first && axis !== second);
  return distinct({ x: diagonal(x, 0, first, second), labels: [...others, label] }, fail);
}

/** The size of each label; an axis of size 1 is broadcast. */
function sizesOf(inputs: readonly Labelled[], fail: Fail): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { x, labels } of inputs) {
    for (const [axis, label] of labels.entries()) {
      const size = x.shape[axis] ?? 1;
      const known = sizes.get(label) ?? 1;
      if (size !== known && size !== 1 && known !== 1) fail(`'${label}' has sizes ${known} and ${size}`);
      sizes.set(label, known === 1 ? size : known);
    }
  }
  return sizes;
}

function hiddenLabels(sizes: ReadonlyMap<string, number>): string[] {
  const hidden = [...sizes.keys()].filter((label) => label.startsWith('.'));
  return hidden.sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
}

/** The output labels without an arrow: those of the ellipsis, then the letters that occur once, in alphabetical order. */
function implied(terms: readonly string[], sizes: ReadonlyMap<string, number>): string[] {
  const letters = terms.join('').replaceAll('.', '').split('');
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  return [...hiddenLabels(sizes), ...once.sort()];
}

function outputLabels(term: string, sizes: ReadonlyMap<string, number>, fail: Fail): string[] {
  if (!/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term)) fail(`'${term}' may contain only letters and one ellipsis`);
  const labels = term.split(/(\.\.\.)/).flatMap((part) => (part === '...' ? hiddenLabels(sizes) : part.split('')));
  const unknown = labels.find((label) => !sizes.has(label));
  if (unknown !== undefined) fail(`'${unknown}' appears only after the arrow`);
  if (new Set(labels).size !== labels.length) fail('a letter appears twice after the arrow');
  return labels;
}

/** Sums over all axes except those to keep. */
function sumOver({ x, labels }: Labelled, keep: ReadonlySet<string>): Labelled {
  const axes = labels.flatMap((label, axis) => (keep.has(label) ? [] : [axis]));
  if (axes.length === 0) return { x, labels };
  return { x: sum(x, axes), labels: labels.filter((label) => keep.has(label)) };
}

/** The product of two operands, summed over the labels that are not needed later. */
function contract(a: Labelled, b: Labelled, later: ReadonlySet<string>): Labelled {
  // A label of only one operand that is not needed later is summed first.
  const left = sumOver(a, new Set([...later, ...b.labels]));
  const right = sumOver(b, new Set([...later, ...a.labels]));
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const summed = shared.filter((label) => !later.has(label) && !stretches(left, right, label));
  const both = shared.filter((label) => !summed.includes(label));
  const onlyLeft = left.labels.filter((label) => !shared.includes(label));
  const onlyRight = right.labels.filter((label) => !shared.includes(label));
  if (summed.length === 0) {
    const labels = [...both, ...onlyLeft, ...onlyRight];
    return sumOver({ x: mul(spread(left, labels), spread(right, labels)), labels }, later);
  }
  const sizes = (from: Labelled, labels: readonly string[]) =>
    labels.map((label) => from.x.shape[from.labels.indexOf(label)] ?? 1);
  // [both…, left, summed] by [both…, summed, right]: labels of both are batch axes.
  const matrixLeft = reshape(arranged(left, [...both, ...onlyLeft, ...summed]), [
    ...sizes(left, both),
    sizeOf(sizes(left, onlyLeft)),
    sizeOf(sizes(left, summed)),
  ]);
  const matrixRight = reshape(arranged(right, [...both, ...summed, ...onlyRight]), [
    ...sizes(right, both),
    sizeOf(sizes(right, summed)),
    sizeOf(sizes(right, onlyRight)),
  ]);
  const y = product('einsum', matrixLeft, matrixRight);
  const labels = [...both, ...onlyLeft, ...onlyRight];
  const shape = [...y.shape.slice(0, both.length), ...sizes(left, onlyLeft), ...sizes(right, onlyRight)];
  return sumOver({ x: reshape(y, shape), labels }, later);
}

/** Whether a label has size 1 in one operand only, which a matrix product cannot broadcast. */
function stretches(a: Labelled, b: Labelled, label: string): boolean {
  return a.x.shape[a.labels.indexOf(label)] !== b.x.shape[b.labels.indexOf(label)];
}

function arranged({ x, labels }: Labelled, order: readonly string[]): Tensor {
  return permute(
    x,
    order.map((label) => labels.indexOf(label)),
  );
}

/** The operand with an axis for each label in `all`, of size 1 for labels that it does not have. */
function spread({ x, labels }: Labelled, all: readonly string[]): Tensor {
  const own = all.filter((label) => labels.includes(label));
  return all.reduce(
    (y, label, axis) => (labels.includes(label) ? y : unsqueeze(y, axis)),
    arranged({ x, labels }, own),
  );
}
