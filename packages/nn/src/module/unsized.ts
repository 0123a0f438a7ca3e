import { type DType, type Shape } from '@mg/tensor';

/** What stands for the tensors of a module until its first batch gives it a size. */
export interface Unsized {
  /** The dtype that the parameters will have. */
  dtype: DType | undefined;
  /** A module with the size that a state has, or with the least size if the state has none, and a function that makes the unsized one equal to it. */
  sizedBy(shapeOf: (name: string) => Shape | undefined): SizedModule;
}

export interface SizedModule {
  readonly module: object;
  /** Gives the unsized module the tensors of this one; does nothing if the state has no size. */
  readonly adopt: () => void;
}

const global = globalThis as unknown as Record<symbol, unknown>;

/** The modules without a size: once for all copies of this package, so that no copy takes them for modules without parameters. */
const all = (global[Symbol.for('@mg/nn.unsized')] ??= new WeakMap()) as WeakMap<object, Unsized>;

/** Marks a module as one without a size, or with null as one that has a size now. */
export function setUnsized(module: object, unsized: Unsized | null): void {
  if (unsized === null) all.delete(module);
  else all.set(module, unsized);
}

/** What stands for the tensors of a module without a size; undefined for all other modules. */
export function unsizedOf(module: object): Unsized | undefined {
  return all.get(module);
}

/** The error for a use of what a module does not have yet, with what to do after the first batch. */
export function noSizeYet(module: object, place: string, what: string, next: string): Error {
  const at = place === '' ? '' : ` at '${place}'`;
  return new Error(
    `${module.constructor.name}${at}: has no ${what} before the first batch; run the model once on a batch, then ${next}`,
  );
}
