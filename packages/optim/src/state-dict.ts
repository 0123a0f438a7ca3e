import { isTensor, type Tensor, tensor, zeros } from '@mg/tensor';
import { outside, read, sameShape } from '@mg/tensor/internal';
import {
  type Check,
  fromZero,
  listOf,
  must,
  type OptionRules,
  type Settings,
  show,
  whole,
  wrongSettings,
} from './options.ts';

/** Parameters that are stepped alike, with the options of their optimizer: `paramGroups[0].lr = 1e-4` takes effect with the next step. */
export type ParamGroup<Options> = Settings<Options> & {
  readonly params: readonly Tensor[];
  /** The learning rate that the first scheduler began with. */
  initialLr?: number;
};

/**
 * What groups were before the schedulers that were made for them, and the rate that these left. A scheduler that loads its state takes back
 * what making it changed: the loaded optimizer has the rate already. Forgotten when a scheduler is stepped, or the optimizer loaded.
 */
export const beginnings: WeakMap<object, { readonly before: object; readonly lr: number }> = new WeakMap();

/** What an optimizer remembers of a parameter: how often it was stepped, and tensors of its shape and dtype by PyTorch's names. */
export interface Memory {
  step: number;
  readonly tensors: Map<string, Tensor>;
}

/** Which options an optimizer takes, and what it remembers. */
export interface OptimizerRules<Options> extends OptionRules<Options> {
  /**
   * What is remembered of a parameter that was stepped, the count `step` and tensors: with the option without which there is none,
   * or null.
   */
  readonly memory: Readonly<Record<string, string | null>>;
}

/**
 * The state of an optimizer, as PyTorch arranges it: parameters are numbered through all groups, and `state` has what is
 * remembered of each that was stepped: the count `step`, and tensors of the parameter's shape. All else is numbers, truth
 * values and lists, which JSON holds.
 */
export interface OptimizerState<Options> {
  readonly state: Readonly<Record<string, Readonly<Record<string, number | Tensor>>>>;
  readonly paramGroups: readonly (Settings<Options> & { readonly params: readonly number[]; initialLr?: number })[];
}

/** Throws a RangeError that lists all that is amiss with a state, if anything is. */
export function refuse(owner: string, amiss: readonly string[]): void {
  if (amiss.length > 0) {
    throw new RangeError(`${owner}: the state does not fit, and nothing was loaded\n  ${amiss.join('\n  ')}`);
  }
}

/** A copy of plain settings, lists included: of what JSON holds, and nothing else. */
export function copySettings<T extends object>(settings: T): T {
  return JSON.parse(JSON.stringify(settings)) as T;
}

/** Whether each parameter that was stepped with these settings has what is remembered under a name. */
function isNeeded<Options>({ memory }: OptimizerRules<Options>, settings: Settings<Options>, name: string): boolean {
  const option = (settings as Readonly<Record<string, unknown>>)[memory[name] ?? ''];
  return option !== false && option !== 0;
}

/** Copies what an optimizer is at into a state. */
export function pack<Options extends object>(
  rules: OptimizerRules<Options>,
  groups: readonly ParamGroup<Options>[],
  memories: ReadonlyMap<Tensor, Memory>,
): OptimizerState<Options> {
  const state: Record<string, Record<string, number | Tensor>> = {};
  let count = 0;
  const paramGroups = groups.map((group) => {
    const params = group.params.map((param) => {
      const memory = memories.get(param);
      if (memory !== undefined) state[count] = packMemory(rules, group, param, followed(memory, param));
      return count++;
    });
    return copySettings({ ...group, params });
  });
  return { state, paramGroups };
}

/** The memory of a parameter, in its dtype: a model may have been converted since. */
export function followed(memory: Memory, { dtype }: Tensor): Memory {
  for (const [name, each] of memory.tensors) {
    if (each.dtype !== dtype)
      memory.tensors.set(
        name,
        outside(() => each.to(dtype)),
      );
  }
  return memory;
}

function packMemory<Options>(
  rules: OptimizerRules<Options>,
  group: ParamGroup<Options>,
  param: Tensor,
  { step, tensors }: Memory,
): Record<string, number | Tensor> {
  const packed: Record<string, number | Tensor> = {};
  for (const name of Object.keys(rules.memory)) {
    const saved = tensors.get(name);
    if (name === 'step') packed[name] = step;
    else if (saved !== undefined) packed[name] = copyOf(saved);
    // An option that was switched on after the last step: the next one would begin with this.
    else if (isNeeded(rules, group, name)) packed[name] = zeros(param.shape, { dtype: param.dtype });
  }
  return packed;
}

/** What a state says, copied. */
export interface Unpacked<Options> {
  readonly settings: readonly Settings<Options>[];
  readonly memories: Map<Tensor, Memory>;
}

/** Copies out of a state what it says to an optimizer with these groups. Throws a RangeError, if it does not fit. */
export function unpack<Options extends object>(
  rules: OptimizerRules<Options>,
  groups: readonly ParamGroup<Options>[],
  from: OptimizerState<Options>,
): Unpacked<Options> {
  // Whatever its type says, it may come from a file.
  const { state, paramGroups } = Object(from) as Partial<OptimizerState<Options>>;
  const amiss = [...isRecord('state', state), ...listOf(isRecord, groups.length)('paramGroups', paramGroups)];
  refuse(rules.owner, amiss);

  const owners = new Map<string, readonly [Tensor, Settings<Options>]>();
  const settings = groups.map((group, at) => {
    const { params, ...rest } = paramGroups?.[at] ?? { params: [] };
    const saved = rest as Settings<Options>;
    const wrong = listOf(whole(0), group.params.length)('params', params);
    if (wrong.length === 0) group.params.map((param, index) => owners.set(String(params[index]), [param, saved]));
    wrong.push(
      ...unknownNames(saved, { ...rules.table, initialLr: null }),
      ...wrongSettings(rules, saved),
      ...fromZero('initialLr', (rest as { initialLr?: unknown }).initialLr ?? 0),
    );
    amiss.push(...wrong.map((each) => `group ${at}: ${each}`));
    return saved;
  });
  if (owners.size < groups.flatMap(({ params }) => params).length) {
    amiss.push('not every parameter has a number of its own');
    refuse(rules.owner, amiss);
  }

  const memories = new Map<Tensor, Memory>();
  for (const [key, saved] of Object.entries(state ?? {})) {
    const [param, group] = owners.get(key) ?? [];
    if (param === undefined || group === undefined) amiss.push(`parameter ${key} is in none of the groups`);
    else {
      const wrong = wrongMemory(rules, group, param, saved);
      amiss.push(...wrong.map((each) => `parameter ${key}: ${each}`));
      if (wrong.length === 0) memories.set(param, unpackMemory(saved));
    }
  }
  refuse(rules.owner, amiss);
  return { settings: settings.map(copySettings), memories };
}

const isRecord: Check = must(
  'an object',
  (x) => typeof x === 'object' && x !== null && !Array.isArray(x) && !isTensor(x),
);

/** Which names there are that are not known. */
export function unknownNames(found: object, known: object): string[] {
  return Object.keys(found).flatMap((name) => (Object.hasOwn(known, name) ? [] : `there is no ${name}`));
}

function wrongMemory<Options>(
  rules: OptimizerRules<Options>,
  settings: Settings<Options>,
  param: Tensor,
  saved: Readonly<Record<string, unknown>>,
): string[] {
  const wrong = isRecord('its memory', saved);
  if (wrong.length > 0) return wrong;
  const names = Object.keys(rules.memory).filter(
    (name) => Object.hasOwn(saved, name) || isNeeded(rules, settings, name),
  );
  return [
    ...unknownNames(saved, rules.memory),
    ...names.flatMap((name) => (name === 'step' ? whole(0) : isLike(param))(name, saved[name])),
  ];
}

/** A tensor of the dtype and shape of another. */
export function isLike(param: Tensor): Check {
  return must(show(param), (x) => isTensor(x) && x.dtype === param.dtype && sameShape(x.shape, param.shape));
}

function unpackMemory({ step, ...tensors }: Readonly<Record<string, number | Tensor>>): Memory {
  const copies = Object.entries(tensors).map(([name, value]) => [name, copyOf(value as Tensor)] as const);
  return { step: Number(step ?? 0), tensors: new Map(copies) };
}

/** A tensor with the same elements, for whoever wants to hold it. */
export function copyOf(x: Tensor): Tensor {
  return outside(() => tensor(read(x), { shape: x.shape }));
}
