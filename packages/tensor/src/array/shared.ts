import { version } from './version.ts';

/**
 * The brand by which tensors are recognised, never by `instanceof`: tensors of a second copy of this package have it too. Its value
 * is an object with the `grad` function of the copy that made the tensor, for packages that do not import this one.
 */
export const brand: symbol = Symbol.for('@mg/tensor.Tensor');

/** The version of the data structures shared with other copies of this package and with dependent packages. Increased with every change. */
export const protocol = 1;

/** The state that all copies of this package in a program share. */
interface Registry {
  readonly version: string;
  readonly protocol: number;
  readonly states: Map<string, unknown>;
}

/**
 * Returns the registry of the first copy. A second copy with the same protocol joins it: their tensors can be mixed, and they share
 * gradient modes and linear memory. Throws an Error if the protocols differ.
 */
export function join(global: Record<symbol, unknown>, own: { version: string; protocol: number }): Registry {
  const key = Symbol.for('@mg/tensor.registry');
  const first = (global[key] ??= { ...own, states: new Map() }) as Registry;
  if (first.protocol !== own.protocol) {
    throw new Error(
      `two incompatible copies of @mg/tensor are loaded: ${first.version} (protocol ${first.protocol}) and ${own.version} (protocol ${own.protocol}); install a single version with "npm dedupe"; "npm ls @mg/tensor" lists the packages that depend on it`,
    );
  }
  return first;
}

const registry = join(globalThis, { version, protocol });

/** A piece of state shared by all copies of this package, created on first use. */
export function shared<State>(name: string, make: () => State): State {
  if (!registry.states.has(name)) registry.states.set(name, make());
  return registry.states.get(name) as State;
}
