import { isTensor, type Tensor } from '@mg/tensor';
import { isFloat } from '@mg/tensor/internal';
import { show } from './options.ts';

/** What was given as parameters, as a list: one tensor, or anything that can be gone through. Throws a TypeError for what is neither. */
export function listed(owner: string, params: unknown): unknown[] {
  if (isTensor(params)) return [params];
  if (typeof params !== 'object' || params === null || !(Symbol.iterator in params)) {
    throw new TypeError(`${owner}: takes parameters, as from model.parameters(), got ${show(params)}`);
  }
  return [...(params as Iterable<unknown>)];
}

/** The same, checked to be tensors. */
export function tensors(owner: string, given: unknown): Tensor[] {
  return listed(owner, given).map((each, index) => {
    if (!isTensor(each)) throw new TypeError(`${owner}: parameter ${index} is not a tensor, but ${show(each)}`);
    return each;
  });
}

/** The parameters, or an error that says which of them no optimizer can step. */
export function checkedParams(owner: string, given: unknown, others: readonly Tensor[]): readonly Tensor[] {
  const params = tensors(owner, given);
  if (params.length === 0) throw new RangeError(`${owner}: there are no parameters; pass model.parameters()`);
  for (const [index, param] of params.entries()) {
    const wrong = whyNot(param, params.slice(0, index), others);
    if (wrong !== undefined) throw new TypeError(`${owner}: parameter ${index} ${wrong}`);
  }
  return params;
}

/** Why an optimizer cannot step a parameter; undefined if it can. A frozen one has no gradient, until it requires one again. */
function whyNot(param: Tensor, before: readonly Tensor[], others: readonly Tensor[]): string | undefined {
  if (!param.isLeaf) return 'was made by an operation, and is not a leaf; pass the tensors that the model holds';
  if (!isFloat(param.dtype)) return `is ${param.dtype}, and only floats have gradients; to('float32') converts`;
  if (!param.isContiguous()) return 'is a view that is not row-major; make the parameter of contiguous().detach()';
  if (before.includes(param)) return 'is in the list twice';
  return others.includes(param) ? 'is in another group' : undefined;
}
