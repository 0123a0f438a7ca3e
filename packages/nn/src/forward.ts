import { leaveScopes } from '@mg/tensor/internal';
import { fieldsOf, runOther, runOwn } from './lifetimes.ts';

type Forward = (this: object, ...args: unknown[]) => unknown;

/** What a wrapped class has on its prototype: its `forward` as wrapped, and whether this package wrote it. */
interface Wrapped {
  readonly forward: Forward;
  /** As `forward`, inside of a layer of this package. */
  readonly inside: Forward;
  readonly isOwn: boolean;
}

/** The key of `Wrapped`: one for all copies of this package, so that none wraps what another has wrapped. */
const wrapped: unique symbol = Symbol.for('@mg/nn.forward');

/** A module, as far as it matters here. */
interface Runnable {
  forward: (...args: never) => unknown;
  readonly [wrapped]?: Wrapped;
}

/**
 * Wraps the `forward` of a module's class, once for each class: what surrounds every call, such as the lifetime of
 * temporaries, is written here, and a layer's author writes nothing of it.
 *
 *     Module                 forward is abstract
 *     ├── Layer              forward is abstract; not exported
 *     │   └── Linear         its forward is our own code: its temporaries are freed
 *     │       └── Mine       its forward is a user's code: it may keep what it sees
 *     └── Yours              the same
 *
 * A `super.forward(x)` runs the wrapped method of the class above, and lifetimes nest. A class whose `forward` is a field
 * has none to wrap: see `runLayer`.
 *
 * @param base - the prototype that only classes of this package extend
 */
export function wrapForward(module: object, base: object): void {
  const owner = ownerAbove(module);
  if (owner === null || Object.hasOwn(owner, wrapped)) return;
  const original = Object.getOwnPropertyDescriptor(owner, 'forward') as PropertyDescriptor;
  if (typeof original.value !== 'function') return; // a getter: what it gives is a user's code
  const plain = original.value as Forward;
  const isOwn = Object.prototype.isPrototypeOf.call(base, owner) && ownerAbove(owner) === null;
  function inside(this: object, ...args: unknown[]): unknown {
    const run = (): unknown => plain.apply(this, args);
    return isOwn ? runOwn(run) : runOther(run, args);
  }
  function forward(this: object, ...args: unknown[]): unknown {
    leaveScopes();
    return inside.apply(this, args);
  }
  Object.defineProperty(forward, 'length', { value: plain.length, configurable: true });
  Object.defineProperty(owner, 'forward', { ...original, value: forward });
  Object.defineProperty(owner, wrapped, { value: { forward, inside, isOwn } satisfies Wrapped });
}

/** Runs a layer from code of this package. What replaces the `forward` of its class, as an arrow field does, is a user's code. */
export function runLayer<X, Y>(layer: { readonly forward: (x: X) => Y }, x: X): Y {
  const forward = fieldsOf(layer, (each) => each.forward);
  const known = (layer as Runnable)[wrapped];
  if (forward !== known?.forward) return runOther(() => forward.call(layer, x), [x]);
  return known.inside.call(layer, x) as Y;
}

/** Whether a module runs a `forward` that this package wrote. */
export function runsOwnForward(module: Runnable): boolean {
  const own = module[wrapped];
  return own?.isOwn === true && fieldsOf(module, ({ forward }) => forward === own.forward);
}

/** The nearest prototype of an object that has a `forward`; null if there is none. */
function ownerAbove(object: object): object | null {
  let each = Object.getPrototypeOf(object) as object | null;
  while (each !== null && !Object.hasOwn(each, 'forward')) each = Object.getPrototypeOf(each) as object | null;
  return each;
}
