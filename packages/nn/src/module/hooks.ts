import { concat, defineOp, isTensor, type Tensor } from '@mg/tensor';
import { leaveScopes, sameShape, showShape } from '@mg/tensor/internal';
import { runOther } from './lifetimes.ts';

/** What a module's `register…Hook` returns. */
export interface HookHandle {
  /** Removes the hook. A second call does nothing. */
  remove(): void;
}

/** Called before `forward` with the module and its inputs. Returns nothing, or other inputs: a list of them, or the only one. */
export type ForwardPreHook<M> = (module: M, inputs: readonly unknown[]) => unknown;

/** Called after `forward` with the module, its inputs and the output. Returns nothing, or another output. */
export type ForwardHook<M> = (module: M, inputs: readonly unknown[], output: unknown) => unknown;

/**
 * Called in `backward` with the module, the gradients of its inputs and those of its outputs: null for what is no tensor, or requires no gradient. Returns nothing, or other
 * gradients of the inputs.
 */
export type BackwardHook<M> = (
  module: M,
  gradInputs: readonly (Tensor | null)[],
  gradOutputs: readonly (Tensor | null)[],
) => Tensor | readonly (Tensor | null)[] | undefined;

/** The hooks of a module, in the order of their registration. */
interface Hooks {
  readonly before: Set<{ readonly hook: ForwardPreHook<never> }>;
  readonly after: Set<{ readonly hook: ForwardHook<never> }>;
  readonly backward: Set<{ readonly hook: BackwardHook<never> }>;
}

interface Hooked {
  readonly forward: (...inputs: never[]) => unknown;
}

type Forward = (this: object, ...inputs: unknown[]) => unknown;

/** The hooks of each module that has any, now or before. */
const hooksOf = new WeakMap<object, Hooks>();

/** Adds a hook of a kind, and returns its handle. */
export function addHook<Kind extends keyof Hooks>(
  module: Hooked,
  kind: Kind,
  hook: Hooks[Kind] extends Set<{ readonly hook: infer Hook }> ? Hook : never,
): HookHandle {
  if (typeof hook !== 'function') throw new TypeError(`a hook must be a function, got ${typeof hook}`);
  const hooks = hooksOf.get(module) ?? hookedForward(module);
  const all = hooks[kind] as Set<{ readonly hook: typeof hook }>;
  const entry = { hook };
  all.add(entry);
  return {
    remove: () => {
      all.delete(entry);
    },
  };
}

/**
 * Gives a module a `forward` of its own, which runs its hooks around the one that it has. So a module without hooks costs nothing, and a hook runs once for a call,
 * also if `forward` calls that of the class above.
 */
function hookedForward(module: Hooked): Hooks {
  const hooks: Hooks = { before: new Set(), after: new Set(), backward: new Set() };
  hooksOf.set(module, hooks);
  const own = Object.getOwnPropertyDescriptor(module, 'forward');
  // Looked up in each call: a lazy layer changes its class.
  const inner = (): Forward =>
    (own === undefined
      ? Reflect.get(Object.getPrototypeOf(module) as object, 'forward', module)
      : own.value) as Forward;
  const forward = (...inputs: unknown[]): unknown => {
    leaveScopes();
    // What hooks see may be kept.
    return runOther(() => {
      const run = (given: readonly unknown[]): unknown => Reflect.apply(inner(), module, given);
      return callWithHooks(module, hooks, inputs, run);
    }, inputs);
  };
  Object.defineProperty(module, 'forward', { value: forward, configurable: true, writable: true, enumerable: false });
  return hooks;
}

function callWithHooks(
  module: object,
  hooks: Hooks,
  given: readonly unknown[],
  run: (inputs: readonly unknown[]) => unknown,
): unknown {
  let inputs = given;
  for (const { hook } of hooks.before) {
    const returned = hook(module as never, inputs);
    if (returned !== undefined) inputs = Array.isArray(returned) ? (returned as unknown[]) : [returned];
  }
  const backward = hooks.backward.size > 0 ? backwardOf(module, hooks) : null;
  let output = run(backward === null ? inputs : backward.watchInputs(inputs));
  for (const { hook } of hooks.after) {
    const returned = hook(module as never, inputs, output);
    if (returned !== undefined) output = returned;
  }
  return backward === null ? output : backward.watchOutput(output);
}

/**
 * What puts a module's inputs and outputs on record, so that its backward hooks learn their gradients:
 *
 *     inputs ── watched ── forward ── watched ── output
 *               calls the hooks       keeps the gradients of the outputs
 */
function backwardOf(
  module: object,
  hooks: Hooks,
): { watchInputs: (inputs: readonly unknown[]) => readonly unknown[]; watchOutput: (output: unknown) => unknown } {
  let gradOutputs: readonly (Tensor | null)[] | null = null;
  let given: readonly unknown[] = [];
  const call = (gradients: readonly (Tensor | null)[]): readonly (Tensor | null)[] => {
    // In a second derivative, a gradient that does not come from the output.
    if (gradOutputs === null) return gradients;
    const outputs = gradOutputs;
    gradOutputs = null;
    let current = gradients;
    for (const { hook } of hooks.backward) {
      const returned = hook(module as never, current, outputs);
      if (returned !== undefined) current = checkedGradients(current, isTensor(returned) ? [returned] : returned);
    }
    return current;
  };
  return {
    watchInputs: (inputs) => {
      given = inputs;
      return watched(inputs, call);
    },
    watchOutput: (output) => {
      if (!isTensor(output) && !Array.isArray(output)) {
        throw new TypeError(
          'registerFullBackwardHook: forward must return a tensor or a list of tensors, for its gradients to be known',
        );
      }
      const outputs: readonly unknown[] = isTensor(output) ? [output] : output;
      const seen = watched(outputs, (gradients) => {
        gradOutputs = gradients;
        // Nothing goes back to the inputs: then this is the time to call.
        if (!given.some(isWatched)) call(given.map(() => null));
        return gradients;
      });
      return isTensor(output) ? seen[0] : seen;
    },
  };
}

function isWatched(value: unknown): value is Tensor {
  return isTensor(value) && value.requiresGrad;
}

/** The values with other tensors of the same elements, whose gradients pass through `see` together. */
function watched(
  values: readonly unknown[],
  see: (gradients: readonly (Tensor | null)[]) => readonly (Tensor | null)[],
): readonly unknown[] {
  const tensors = values.filter(isWatched);
  if (tensors.length === 0) return values;
  const place = (gradients: readonly Tensor[]): (Tensor | null)[] => {
    let next = 0;
    return values.map((each) => (isWatched(each) ? (gradients[next++] ?? null) : null));
  };
  const pass = (gradients: readonly Tensor[]): Tensor[] => {
    const seen = see(place(gradients));
    return values.flatMap((each, index) => (isWatched(each) ? [seen[index] as Tensor] : []));
  };
  const results = tensors.length === 1 ? [watchOne(tensors[0] as Tensor, pass)] : watchAll(tensors, pass);
  let next = 0;
  return values.map((each) => (isWatched(each) ? results[next++] : each));
}

function watchOne(x: Tensor, pass: (gradients: readonly Tensor[]) => Tensor[]): Tensor {
  return defineOp({ name: 'a module with hooks', forward: (a: Tensor) => a, backward: (g) => pass([g]) })(x);
}

/** Several tensors go through one operation, as one vector: so their gradients come together. */
function watchAll(tensors: readonly Tensor[], pass: (gradients: readonly Tensor[]) => Tensor[]): Tensor[] {
  const sizes = tensors.map(({ size }) => size);
  const unpack = (packed: Tensor): Tensor[] => {
    let at = 0;
    return tensors.map(({ shape, dtype }, index) => {
      const size = sizes[index] ?? 0;
      at += size;
      return packed
        .slice(0, at - size, at)
        .reshape(shape)
        .to(dtype);
    });
  };
  const pack = (parts: readonly Tensor[]): Tensor => concat(parts.map((each) => each.flatten()));
  const watch = defineOp({
    name: 'a module with hooks',
    forward: (a: Tensor) => a,
    backward: (g) => [pack(pass(unpack(g))).to(g.dtype)],
  });
  return unpack(watch(pack(tensors)));
}

/** What a hook returned in place of gradients. */
function checkedGradients(
  before: readonly (Tensor | null)[],
  returned: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  const fits =
    Array.isArray(returned) &&
    returned.length === before.length &&
    before.every((each, index) => {
      const other: unknown = returned[index];
      return each === null
        ? other === null
        : isTensor(other) && sameShape(other.shape, each.shape) && other.dtype === each.dtype;
    });
  if (fits) return returned as readonly (Tensor | null)[];
  const wanted = before.map((each) => (each === null ? 'null' : `${each.dtype} ${showShape(each.shape)}`));
  throw new TypeError(
    `registerFullBackwardHook: a hook must return nothing, or gradients like those of the inputs, [${wanted.join(', ')}]`,
  );
}
