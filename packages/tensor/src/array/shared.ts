import { version } from './version.ts';

/**
 * How tensors are recognised, also those of a second copy of this package: never by `instanceof`. What stands there is an
 * object with the `grad` function of the copy that made the tensor, for packages that import nothing of ours.
 */
export const brand: symbol = Symbol.for('@mg/tensor.Tensor');

/** What the engine's data looks like, for other copies of this package and for packages built on it. It grows when that changes. */
export const protocol = 1;

/** What all copies of this package in a program have in common. */
interface Registry {
  readonly version: string;
  readonly protocol: number;
  readonly states: Map<string, unknown>;
}

/**
 * The registry of the first copy, which a second one joins if both speak the same protocol: then their tensors can be mixed,
 * gradient modes hold for both, and there is one memory. Throws an Error where they do not fit.
 */
export function join(global: Record<symbol, unknown>, own: { version: string; protocol: number }): Registry {
  const key = Symbol.for('@mg/tensor.registry');
  const first = (global[key] ??= { ...own, states: new Map() }) as Registry;
  if (first.protocol !== own.protocol) {
    throw new Error(
      `two copies of @mg/tensor that do not fit together are loaded: ${first.version} (protocol ${first.protocol}) and ${own.version} (protocol ${own.protocol}); install one version for all, as by "npm dedupe"; "npm ls @mg/tensor" says who brings which`,
    );
  }
  return first;
}

const registry = join(globalThis, { version, protocol });

/** A piece of state that all copies of this package share: made by the first one that asks for it. */
export function shared<State>(name: string, make: () => State): State {
  if (!registry.states.has(name)) registry.states.set(name, make());
  return registry.states.get(name) as State;
}
