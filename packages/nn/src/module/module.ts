import { DTypeError, type Generator as RandomGenerator, isTensor, type Shape, type Tensor } from '@mg/tensor';
import { checkOptions, convertLeaf, holds, isFloat, read, sameShape, showShape } from '@mg/tensor/internal';
import { wrapForward } from './forward.ts';
import { addHook, type BackwardHook, type ForwardHook, type ForwardPreHook, type HookHandle } from './hooks.ts';
import { isParameter } from './parameter.ts';
import { moduleText } from './print.ts';
import { noSizeYet, type SizedModule, type Unsized, unsizedOf } from './unsized.ts';

/** The modules that are being printed. */
const printing = new Set<object>();

/** The brand of modules, by which those of another copy of this package are recognised too. */
const brand = Symbol.for('@mg/nn.Module');

/** Tensors by their names, from `stateDict` or `loadSafetensors`: in PyTorch's layout, under PyTorch's names. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** `strict: false` loads the tensors whose names match, and leaves the rest as it is. */
export interface LoadOptions {
  readonly strict?: boolean | undefined;
}

/** A state that does not fit a model; the message lists every name that is missing, unexpected or of another shape. */
export class StateDictError extends Error {
  override readonly name: string = 'StateDictError';
}

/**
 * The class behind `Module` of tensor-module.ts, which documents it. Of `forward` it says nothing, so that a subclass may have any
 * signature.
 */
export abstract class Module {
  #training = true;

  constructor() {
    wrapForward(this);
  }

  /** The output for the inputs; each module documents its own. */
  abstract forward(...inputs: never[]): unknown;

  /** Whether the module is in training mode, in which a Dropout drops, or in evaluation mode. */
  get training(): boolean {
    return this.#training;
  }

  /** Sets training mode, in this module and all below. */
  train(mode = true): this {
    for (const [, module] of this.namedModules()) module.setTraining(mode);
    return this;
  }

  /** Sets evaluation mode, in this module and all below. */
  eval(): this {
    return this.train(false);
  }

  /** Sets the mode of this module alone; `train` and `eval` also set the modules below. */
  setTraining(mode: boolean): void {
    this.#training = mode;
  }

  /** The modules in this one's fields, in the order of the fields. */
  children(): AnyModule[] {
    return [...this.namedChildren()].map(([, child]) => child);
  }

  /** The modules in this one's fields with the names of the fields; those of a list with their numbers, as in `layers.0`. */
  *namedChildren(): Generator<[name: string, child: AnyModule]> {
    for (const { name, value } of members(this)) if (isModule(value)) yield [this.stateName(name), value];
  }

  /** This module and all below, each once. */
  modules(): AnyModule[] {
    return [...this.namedModules()].map(([, module]) => module);
  }

  /** This module, whose name is empty, and all below with the path of the fields that lead to each; a shared one under its first. */
  namedModules(): [name: string, module: AnyModule][] {
    const found = new Map<AnyModule, string>([[this, '']]);
    const visit = (module: AnyModule, prefix: string): void => {
      for (const [name, child] of module.namedChildren()) {
        if (found.has(child)) continue;
        found.set(child, prefix + name);
        visit(child, `${prefix}${name}.`);
      }
    };
    visit(this, '');
    return [...found].map(([module, name]) => [name, module]);
  }

  /**
   * The module at a path of fields, as `namedModules` names it, also where it is shared: `getSubmodule('layers.0')`. The empty path is this module.
   *
   * Throws a RangeError that lists the modules there are, if there is none at the path.
   *
   * ```ts
   * import { Linear, Sequential } from '@mg/nn';
   * const model = new Sequential(new Linear(2, 3), new Sequential(new Linear(3, 1)));
   * String(model.getSubmodule('1.0')); // => Linear(inFeatures=3, outFeatures=1, bias=true)
   * ```
   */
  getSubmodule(path: string): AnyModule {
    const find = (module: AnyModule, rest: string): AnyModule => {
      if (rest === '') return module;
      const names: string[] = [];
      for (const [name, child] of module.namedChildren()) {
        if (rest === name) return child;
        // A name may have points itself, as that of a module in a list.
        if (rest.startsWith(`${name}.`)) return find(child, rest.slice(name.length + 1));
        names.push(name);
      }
      const place = module === this ? 'the module' : `'${path.slice(0, -rest.length - 1)}'`;
      const known = names.length === 0 ? 'no modules' : names.join(', ');
      throw new RangeError(`getSubmodule: there is no module '${path}'; ${place} has ${known}`);
    };
    return find(this, path);
  }

  /**
   * Calls a function with this module and all below, each once, a module after those below it. Returns this module.
   *
   * ```ts
   * import { init, Linear, ReLU, Sequential } from '@mg/nn';
   * const model = new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1));
   * model.apply((module) => {
   *   if (module instanceof Linear) init.constant_(module.weight, 0.5);
   * });
   * model.layers[2].weight.toArray(); // => [[0.5, 0.5, 0.5]]
   * ```
   */
  apply(fn: (module: AnyModule) => void): this {
    const seen = new Set<AnyModule>();
    const visit = (module: AnyModule): void => {
      seen.add(module);
      for (const child of module.children()) if (!seen.has(child)) visit(child);
      fn(module);
    };
    visit(this);
    return this;
  }

  /**
   * Calls `hook(module, inputs)` before each `forward`. It may return other inputs: a list, or the only one. Whatever it sees may be kept.
   *
   * ```ts
   * import { Linear } from '@mg/nn';
   * import { ones } from '@mg/tensor';
   * const layer = new Linear(2, 1, { bias: false });
   * const handle = layer.registerForwardPreHook((_, [x]) => [x.mul(0)]);
   * layer.forward(ones([1, 2])).item(); // => 0
   * handle.remove();
   * ```
   */
  registerForwardPreHook(hook: ForwardPreHook<this>): HookHandle {
    return addHook(this, 'before', hook);
  }

  /**
   * Calls `hook(module, inputs, output)` after each `forward`. It may return another output. Whatever it sees may be kept.
   *
   * ```ts
   * import { Linear, ReLU, Sequential } from '@mg/nn';
   * import { ones } from '@mg/tensor';
   * const model = new Sequential(new Linear(3, 4), new ReLU());
   * const shapes = [];
   * for (const layer of model.layers) {
   *   layer.registerForwardHook((_, inputs, output) => {
   *     shapes.push(output.shape);
   *   });
   * }
   * model.forward(ones([2, 3]));
   * shapes; // => [[2, 4], [2, 4]]
   * ```
   */
  registerForwardHook(hook: ForwardHook<this>): HookHandle {
    return addHook(this, 'after', hook);
  }

  /**
   * Calls `hook(module, gradInputs, gradOutputs)` when `backward` has computed the gradients of the inputs of a call of `forward`, or those of its outputs if no input
   * requires a gradient. It may return other gradients of the inputs: a list, or the only one. `forward` has to return a tensor or a list of tensors.
   *
   * ```ts
   * import { ReLU } from '@mg/nn';
   * import { tensor } from '@mg/tensor';
   * const layer = new ReLU();
   * layer.registerFullBackwardHook((_, [g]) => [g.mul(10)]);
   * const x = tensor([-1, 2], { requiresGrad: true });
   * layer.forward(x).sum().backward();
   * x.grad.toArray(); // => [0, 10]
   * ```
   */
  registerFullBackwardHook(hook: BackwardHook<this>): HookHandle {
    return addHook(this, 'backward', hook);
  }

  /** What a module prints of itself, in front of the modules below: nothing, unless a subclass overrides it. */
  extraRepr(): string {
    return '';
  }

  /**
   * The module and all below, as PyTorch prints them; `console.log` shows the same in Node. `extraRepr` adds what is special to a module.
   *
   * ```ts
   * import { Linear, ReLU, Sequential } from '@mg/nn';
   * console.log(String(new Sequential(new Linear(784, 10), new ReLU())));
   * // => Sequential(
   * //      (0): Linear(inFeatures=784, outFeatures=10, bias=true)
   * //      (1): ReLU()
   * //    )
   * ```
   */
  toString(): string {
    if (printing.has(this)) return `${this.constructor.name}(…)`; // a field that refers to a module above
    printing.add(this);
    try {
      return moduleText(this.constructor.name, this.extraRepr(), this.namedChildren());
    } finally {
      printing.delete(this);
    }
  }

  /** Draws this module's own weights anew as PyTorch does, for `init.pytorch_`; nothing where they are drawn so anyway. @internal */
  drawAsPyTorch(_generator: RandomGenerator | undefined): void {
    // A module without weights of its own.
  }

  /** The parameters of this module and all below, each once, however many modules share it. */
  parameters(): Tensor[] {
    return [...this.namedParameters()].map(([, tensor]) => tensor);
  }

  /** The parameters with the path of the fields that lead to each, as in `layers.0.weight`; a shared one under its first. */
  namedParameters(): Generator<[name: string, tensor: Tensor]> {
    return once(Module.#entriesOf(this).filter(({ tensor }) => isParameter(tensor)));
  }

  /** The buffers of this module and all below, each once: tensors that are part of the state, and are not trained. */
  buffers(): Tensor[] {
    return [...this.namedBuffers()].map(([, tensor]) => tensor);
  }

  /** The buffers with the path of the fields that lead to each, as in `1.running_mean`; a shared one under its first. */
  namedBuffers(): Generator<[name: string, tensor: Tensor]> {
    return once(Module.#entriesOf(this).filter(({ tensor }) => !isParameter(tensor)));
  }

  /** Sets the gradient of every parameter to null. */
  zeroGrad(): void {
    for (const tensor of this.parameters()) tensor.grad = null;
  }

  /** Sets `requiresGrad` of every parameter: `false` freezes them. Frozen parameters stay parameters. */
  requiresGrad_(mode = true): this {
    for (const tensor of this.parameters()) tensor.requiresGrad = mode;
    return this;
  }

  /**
   * Converts all parameters and buffers of floats to another dtype. Parameters are converted in place, with their gradients: an optimizer
   * made before continues. Buffers are replaced by new tensors, and so are not changed where other code holds them.
   *
   * A graph that was recorded before is not usable: its `backward` throws a GraphError. Throws a DTypeError for a dtype that is not of
   * floats.
   *
   * ```ts
   * import { Linear } from '@mg/nn';
   * const model = new Linear(2, 1);
   * const { weight } = model;
   * model.to('float64').weight === weight; // => true
   * weight.dtype; // => float64
   * ```
   */
  to(dtype: 'float32' | 'float64'): this {
    if (!isFloat(dtype)) {
      throw new DTypeError(`to: a module can be converted to 'float32' or 'float64', got '${dtype as string}'`);
    }
    const converted = new Map<Tensor, Tensor>();
    const entries = Module.#entriesOf(this, (module, unsized) => {
      unsized.dtype = dtype;
      return module;
    });
    for (const { holder, key, tensor } of entries) {
      if (tensor.dtype === dtype || !isFloat(tensor.dtype)) continue;
      if (isParameter(tensor)) {
        convertLeaf(tensor, dtype);
        continue;
      }
      const other = converted.get(tensor) ?? tensor.detach().to(dtype);
      converted.set(tensor, other);
      holder[key] = other;
    }
    return this;
  }

  /**
   * The parameters and buffers by PyTorch's names: `saveSafetensors(model.stateDict())` makes a file that PyTorch reads. They
   * share their storage with the model, and change when it is trained; `clone()` makes a copy.
   */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries(Module.#entriesOf(this).map(({ name, tensor }) => [name, tensor.detach()]));
  }

  /**
   * Writes the tensors of a state into the parameters and buffers of the same names, converted to their dtypes. Returns the
   * names of the model that the state lacks, and those of the state that the model lacks: both are empty unless `strict` is false.
   *
   * Throws a StateDictError, which lists every difference of names and shapes, and numbers that an integer of the model does not
   * have, such as NaN; then nothing is written.
   */
  loadStateDict(state: StateDict, options: LoadOptions = {}): { missing: string[]; unexpected: string[] } {
    checkOptions('loadStateDict', options, ['strict']);
    const { strict = true } = options;
    if (typeof state !== 'object' || (state as unknown) === null || state instanceof Map) {
      throw new TypeError(
        'loadStateDict: takes an object of tensors by their names, from stateDict() or loadSafetensors(…)',
      );
    }
    const sized = new Map<AnyModule, SizedModule>();
    const entries = Module.#entriesOf(this, (module, unsized, prefix) => {
      const known = sized.get(module) ?? unsized.sizedBy((name) => shapeIn(state, prefix + name));
      sized.set(module, known);
      return known.module;
    });
    const names = new Set(entries.map(({ name }) => name));
    const missing = [...names].filter((name) => !Object.hasOwn(state, name));
    const unexpected = Object.keys(state).filter((name) => !names.has(name));
    const pairs = entries.flatMap(({ name, tensor }) => {
      const source = Object.hasOwn(state, name) ? state[name] : undefined;
      return source === undefined ? [] : [{ name, tensor, source }];
    });
    const misfits = pairs
      .filter(({ tensor, source }) => !isTensor(source) || !sameShape(source.shape, tensor.shape))
      .map(({ name, tensor, source }) => {
        const found = isTensor(source) ? showShape(source.shape) : 'not a tensor';
        return `${name} is ${found} in the state, ${showShape(tensor.shape)} in the model`;
      });
    const unfit = pairs.flatMap(({ name, tensor, source }) => {
      if (!isTensor(source) || source.dtype === tensor.dtype) return [];
      const wrong = read(source).find((each) => !holds(tensor.dtype, Math.trunc(each)));
      return wrong === undefined ? [] : [`${name} has ${wrong} in the state, which does not fit its ${tensor.dtype}`];
    });
    const problems = [
      ...(strict && missing.length > 0 ? [`missing from the state: ${missing.join(', ')}`] : []),
      ...(strict && unexpected.length > 0 ? [`not in the model: ${unexpected.join(', ')}`] : []),
      ...misfits,
      ...unfit,
    ];
    if (problems.length > 0) {
      throw new StateDictError(
        `loadStateDict: the state does not fit, and nothing was loaded\n  ${problems.join('\n  ')}`,
      );
    }
    for (const { tensor, source } of pairs) tensor.detach().copy_(source.detach());
    for (const { adopt } of sized.values()) adopt();
    return { missing, unexpected };
  }

  /** The name of a field in the state: a layer whose PyTorch names differ overrides it. */
  protected stateName(field: string): string {
    return field;
  }

  /**
   * All tensors of a module and of those below, under all their names.
   *
   * @param inPlaceOf - the module whose tensors stand for those of a module without a size; throws by default
   */
  static #entriesOf(
    module: AnyModule,
    inPlaceOf: (module: AnyModule, unsized: Unsized, prefix: string) => object = refuse,
    prefix = '',
    above: readonly AnyModule[] = [],
  ): Entry[] {
    const unsized = unsizedOf(module);
    const holding = unsized === undefined ? module : inPlaceOf(module, unsized, prefix);
    const own = [...members(holding)].flatMap(({ holder, key, name, value }) => {
      // The result of an operation is not state: a module may keep its last output.
      const isState = isTensor(value) && value.isLeaf;
      return isState ? [{ holder, key, name: prefix + module.stateName(name), tensor: value }] : [];
    });
    const path = [...above, module];
    const below = [...module.namedChildren()]
      // A field that refers to a module above, such as the parent, adds nothing.
      .filter(([, child]) => !path.includes(child))
      .flatMap(([name, child]) => Module.#entriesOf(child, inPlaceOf, `${prefix}${name}.`, path));
    return [...own, ...below];
  }
}

function refuse(module: AnyModule, _: Unsized, prefix: string): never {
  throw noSizeYet(module, prefix.slice(0, -1), 'parameters and no state', 'make the optimizer or read the state');
}

/** The shape of a tensor in a state; undefined where there is none. */
function shapeIn(state: StateDict, name: string): Shape | undefined {
  const found: unknown = Object.hasOwn(state, name) ? state[name] : undefined;
  return isTensor(found) ? found.shape : undefined;
}

Object.defineProperty(Module.prototype, brand, { value: true });
Object.defineProperty(Module.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value: function (this: AnyModule) {
    return this.toString();
  },
  configurable: true,
  writable: true,
});

/** A module whose `forward` takes and returns anything: of this type are the children of a module. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a second name, which messages tell from `Module`
export interface AnyModule extends Module {}

/** Whether `x` is a module, of this copy of the package or another one. */
export function isModule(x: unknown): x is AnyModule {
  return typeof x === 'object' && x !== null && brand in x;
}

/** A tensor of a module, with the field or the place in a list where it stands. */
interface Entry {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly name: string;
  readonly tensor: Tensor;
}

/** Each tensor under its first name. */
function* once(entries: readonly Entry[]): Generator<[name: string, tensor: Tensor]> {
  const seen = new Set<Tensor>();
  for (const { name, tensor } of entries) {
    if (!seen.has(tensor)) yield [name, tensor];
    seen.add(tensor);
  }
}

/** A tensor or a module that a module holds, with the field, or the place in a list, where it stands. */
interface Member {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly name: string;
  readonly value: object;
}

/** What the fields of a module hold, and the elements of those that are lists, however deep. */
function* members(holder: object, prefix = ''): Generator<Member> {
  for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
    const value = (holder as Record<string | number, unknown>)[key];
    // Numbers and words, of which a list may have many.
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) yield* members(value, `${prefix}${key}.`);
    else yield { holder: holder as Record<string, unknown>, key: String(key), name: `${prefix}${key}`, value };
  }
}
