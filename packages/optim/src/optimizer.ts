import { full, type Tensor } from '@mg/tensor';
import {
  compact,
  elements,
  escape,
  leaveScopes,
  outside,
  read,
  releasing,
  requireProtocol,
  uncloneable,
  unseenGrad,
} from '@mg/tensor/internal';
import { checkSettings, complete, type Settings, show } from './options.ts';
import { checkedParams, listed } from './params.ts';
import {
  beginnings,
  followed,
  type Memory,
  type OptimizerRules,
  type OptimizerState,
  pack,
  type ParamGroup,
  unpack,
} from './state-dict.ts';

requireProtocol('@mg/optim', 1);

/** Parameters with their own options; options that are left out are the optimizer's. */
export type GroupOptions<Options> = Options & { readonly params: Tensor | Iterable<Tensor> };

/** Parameters, such as `model.parameters()`, or groups of them with their own options. */
export type Params<Options> = Tensor | Iterable<Tensor> | Iterable<GroupOptions<Options>>;

const cannotBeCloned = uncloneable(
  'optimizer',
  'an optimizer cannot be sent to a worker, cloned or stored: send the options, and of each tensor in stateDict() its data and shape',
);

/**
 * Changes parameters along their gradients. A subclass defines how one parameter changes.
 */
export abstract class Optimizer<Options extends object = object> {
  /** Makes structuredClone and postMessage throw. @internal */
  readonly uncloneable: object = cannotBeCloned;
  readonly #rules: OptimizerRules<Options>;
  readonly #defaults: Settings<Options>;
  readonly #groups: [ParamGroup<Options>, ...ParamGroup<Options>[]];
  #memories = new Map<Tensor, Memory>();

  /** @param rules - the options, and the state of a parameter */
  constructor(rules: OptimizerRules<Options>, params: Params<Options>, options: Options) {
    this.#rules = rules;
    this.#defaults = complete(rules, options);
    const list = listed(rules.owner, params);
    const [first, ...others] = list.some(isGroup) ? list : [{ params: list }];
    this.#groups = [this.#checkedGroup(first, [])];
    for (const group of others) this.addParamGroup(group as GroupOptions<Options>);
  }

  /** The groups: one, unless parameters were given in several. Their options can be set. */
  get paramGroups(): readonly [ParamGroup<Options>, ...ParamGroup<Options>[]] {
    return this.#groups;
  }

  /**
   * Adds parameters with their own options, for example those of a layer that the model has gained. Throws as the constructor
   * does, and for parameters that are in a group already.
   */
  addParamGroup(group: GroupOptions<Options>): void {
    this.#groups.push(this.#checkedGroup(group, this.#groups));
  }

  /**
   * Changes every parameter that has a gradient. One whose `grad` is null, such as a frozen one, does not change, nor does its state.
   *
   * Throws a RangeError for options that were set to wrong values; then nothing is changed.
   */
  step(): void {
    for (const group of this.#groups) checkSettings(this.#rules, group);
    leaveScopes();
    releasing(() => {
      for (const group of this.#groups) for (const param of group.params) this.#change(param, group);
    });
  }

  /** Sets the gradient of every parameter to null. */
  zeroGrad(): void {
    for (const { params } of this.#groups) for (const param of params) param.grad = null;
  }

  /** A copy of the options and of the state of each parameter, in PyTorch's structure and under its names. */
  stateDict(): OptimizerState<Options> {
    return pack(this.#rules, this.#groups, this.#memories);
  }

  /**
   * Resumes from the state of another optimizer: the options are the same, and so are the bits of the next steps, if the
   * parameters and gradients are. Parameters are matched by their order. The tensors are copied.
   *
   * Throws a RangeError that lists every problem; then nothing is changed.
   */
  loadStateDict(state: OptimizerState<Options>): void {
    const { settings, memories } = unpack(this.#rules, this.#groups, state);
    for (const [index, group] of this.#groups.entries()) {
      delete group.initialLr;
      beginnings.delete(group);
      Object.assign(group, settings[index]);
    }
    this.#memories = memories;
  }

  /** Changes the elements `p` of a parameter along its gradient `g`: both row-major, of the same dtype. */
  protected abstract update(param: Tensor, p: Tensor, g: Tensor, group: ParamGroup<Options>): void;

  /** The memory of a parameter, which is empty at first. */
  protected memory(param: Tensor): Memory {
    let memory = this.#memories.get(param);
    if (memory === undefined) {
      memory = { step: 0, tensors: new Map() };
      this.#memories.set(param, memory);
    }
    return followed(memory, param);
  }

  #change(param: Tensor, group: ParamGroup<Options>): void {
    const grad = unseenGrad(param);
    if (grad === null) return;
    const [p, g] = [compact(param), compact(grad)];
    // By its name in brackets: a protected method of a subclass.
    if (this.update === OwnOptimizer.prototype['update']) this.update(param, p, g, group);
    else {
      // A user's code may keep every tensor that it is given or makes.
      outside(() => {
        this.update(param, escape(p), escape(g), group);
      });
    }
    if (p !== param) elements(param).set(read(p));
  }

  #checkedGroup(given: unknown, others: readonly ParamGroup<Options>[]): ParamGroup<Options> {
    const { owner } = this.#rules;
    if (!isGroup(given)) throw new TypeError(`${owner}: a group is { params: [a, b] }, got ${show(given)}`);
    const { params, ...options } = given;
    const settings = complete(this.#rules, options as Options, this.#defaults);
    checkSettings(this.#rules, settings);
    const known = others.flatMap((group) => group.params);
    return { ...settings, params: checkedParams(owner, params, known) };
  }
}

/** Rules of an optimizer of this package. */
export interface OwnRules<Options> extends OptimizerRules<Options> {
  /**
   * Changes the elements `p` of a parameter along its gradient `g`: both row-major, of the same dtype. Temporaries are freed after
   * the step, and what has to last comes from `remembered`.
   */
  update(p: Tensor, g: Tensor, group: ParamGroup<Options>, memory: () => Memory): void;
}

/** An optimizer of this package. Its temporaries are freed after each step, unless a subclass replaces `update`. */
export abstract class OwnOptimizer<Options extends object> extends Optimizer<Options> {
  readonly #rules: OwnRules<Options>;

  constructor(rules: OwnRules<Options>, params: Params<Options>, options: Options) {
    super(rules, params, options);
    this.#rules = rules;
  }

  protected override update(param: Tensor, p: Tensor, g: Tensor, group: ParamGroup<Options>): void {
    this.#rules.update(p, g, group, () => this.memory(param));
  }
}

/** The tensor of that name in the memory of a parameter, which stays there; made at first, with all elements `initial`. */
export function remembered({ tensors }: Memory, name: string, param: Tensor, initial: number = 0): Tensor {
  let tensor = tensors.get(name);
  if (tensor === undefined) {
    tensor = outside(() => full(param.shape, initial, { dtype: param.dtype }));
    tensors.set(name, tensor);
  }
  return tensor;
}

function isGroup(x: unknown): x is { readonly params: unknown } {
  return typeof x === 'object' && x !== null && 'params' in x;
}
