import { synchronous } from '@mg/tensor/internal';

let isSkipping = false;

/** Whether `skipInit` is building modules: then the initialisers that draw leave their tensor as it is. */
export function isInitSkipped(): boolean {
  return isSkipping;
}

/**
 * Runs `fn`, which builds modules, and returns its result; the weights that the modules would draw stay at zero, for a state
 * dict to fill. No generator is used. A module of your own takes part if it draws its weights with the functions of `init`.
 *
 * Throws a TypeError if `fn` is async: it would continue after `skipInit` has ended.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.skip_init.html
 *
 * ```ts
 * import { Linear, skipInit } from '@mg/nn';
 * import { ones } from '@mg/tensor';
 * const model = skipInit(() => new Linear(2, 2));
 * model.weight.toArray(); // => [[0, 0], [0, 0]]
 * model.loadStateDict({ weight: ones([2, 2]), bias: ones([2]) });
 * model.forward(ones([1, 2])).toArray(); // => [[3, 3]]
 * ```
 */
export function skipInit<Result>(fn: () => Result): Result {
  const outer = isSkipping;
  isSkipping = true;
  // Ctrl-C in a REPL and the timeout of a `vm` skip `finally`: then the end of the job resets the state.
  void Promise.resolve().then(() => {
    isSkipping = false;
  });
  try {
    return synchronous('skipInit', fn);
  } finally {
    isSkipping = outer;
  }
}
