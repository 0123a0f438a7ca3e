import { defineOp, isTensor, type OpDefinition, type Tensor } from '@mg/tensor';
import { escape, handOver, holding, outside } from '@mg/tensor/internal';

// Which temporaries are freed early, and which are left to the garbage collector, is decided here alone.

/**
 * Runs code of this package and frees the temporaries that it makes: everything but the tensors of its result and what the
 * graph saved for backward. Code of users must not run inside, except by `runOther`.
 */
export function runOwn<Result>(fn: () => Result): Result {
  let tensors: readonly Tensor[] = [];
  const result = holding(fn, (made) => (tensors = tensorsIn(made)));
  for (const each of tensors) handOver(each);
  return result;
}

/**
 * Runs code of users, which may keep every tensor that it is given or makes: those are left to the garbage collector.
 *
 * @param given - what the code is given, tensors among it
 */
export function runOther<Result>(fn: () => Result, given: readonly unknown[]): Result {
  for (const tensor of tensorsIn(given)) escape(tensor);
  return outside(fn);
}

/** As `defineOp`, for rules of this package, whose temporaries are freed. */
export function defineOwnOp<Inputs extends readonly unknown[]>(
  definition: OpDefinition<Inputs>,
): (...inputs: Inputs) => Tensor {
  const { forward, backward } = definition;
  return defineOp({
    ...definition,
    forward: (...inputs) => runOwn(() => forward(...inputs)),
    backward: (...given) => runOwn(() => backward(...given)),
  });
}

/** The tensors of an argument or a result: itself, or those in its lists and plain objects. */
function tensorsIn(value: unknown): Tensor[] {
  if (isTensor(value)) return [value];
  const found: Tensor[] = [];
  const seen = new Set<unknown>();
  const visit = (each: unknown): void => {
    if (isTensor(each)) found.push(each);
    else if (isListOrPlainObject(each) && !seen.has(each)) {
      seen.add(each);
      Object.values(each).forEach(visit);
    }
  };
  visit(value);
  return found;
}

function isListOrPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
