import { leaveScopes, outside } from '@mg/tensor/internal';
import { runOther, runOwn } from './lifetimes.ts';

/** What a wrapped `forward` carries. */
interface Wrapping {
  /** The `forward` itself: a mock of it carries the same, and is a user's code. */
  readonly forward: Forward;
  /** As the wrapped `forward`, inside of a layer of this package. */
  readonly inside: Forward;
  /** Whether this package wrote it. */
  readonly isOwn: boolean;
}

/** The key of `Wrapping`: one for all copies of this package, so that none wraps what another has wrapped. */
const wrapping: unique symbol = Symbol.for('@mg/nn.forward');

interface Forward {
  (this: object, ...args: unknown[]): unknown;
  [wrapping]?: Wrapping;
}

/** A module, as far as it matters here. */
interface Runnable {
  readonly forward: (...args: never) => unknown;
}

/**
 * Wraps the `forward` of a module's class, once for each class: what surrounds every call, such as the lifetime of
 * temporaries, is written here, and a layer's author writes nothing of it.
 *
 *     Module                 forward is abstract
 *     ├── Layer              its forward is our own code: its temporaries are freed; not exported
 *     │   └── Linear         inherits it
 *     │       └── Mine       its forward is a user's code: it may keep what it sees
 *     └── Yours              the same
 *
 * A `super.forward(x)` runs the wrapped method of the class above, and lifetimes nest. A class whose `forward` is a field
 * has none to wrap: see `runLayer`.
 */
export function wrapForward(module: object): void {
  let owner = Object.getPrototypeOf(module) as object | null;
  while (owner !== null && !Object.hasOwn(owner, 'forward')) owner = Object.getPrototypeOf(owner) as object | null;
  if (owner !== null) wrap(owner, false);
}

/** Wraps the `forward` of a prototype, which is code of this package. */
export function wrapOwnForward(prototype: object): void {
  wrap(prototype, true);
}

function wrap(owner: object, isOwn: boolean): void {
  const original = Object.getOwnPropertyDescriptor(owner, 'forward') as PropertyDescriptor;
  if (typeof original.value !== 'function') return; // a getter: what it gives is a user's code
  const plain = original.value as Forward;
  if (plain[wrapping] !== undefined) return;
  function inside(this: object, ...args: unknown[]): unknown {
    const run = (): unknown => plain.apply(this, args);
    return isOwn ? runOwn(run) : runOther(run, args);
  }
  function forward(this: object, ...args: unknown[]): unknown {
    leaveScopes();
    return inside.apply(this, args);
  }
  Object.defineProperty(forward, 'length', { value: plain.length, configurable: true });
  Object.defineProperty(forward, wrapping, { value: { forward, inside, isOwn } satisfies Wrapping });
  Object.defineProperty(owner, 'forward', { ...original, value: forward });
}

/** Runs a layer from code of this package. What replaces the `forward` of its class, as an arrow field does, is a user's code. */
export function runLayer<X, Others extends readonly unknown[], Y>(
  layer: { readonly forward: (x: X, ...others: Others) => Y },
  x: X,
  ...others: Others
): Y {
  const forward = forwardOf(layer);
  const known = forward[wrapping];
  if (known?.forward !== forward) return runOther(() => forward.call(layer, x, ...others), [x, ...others]) as Y;
  return known.inside.call(layer, x, ...others) as Y;
}

/** Whether a module runs a `forward` that this package wrote. */
export function runsOwnForward(module: Runnable): boolean {
  const forward = forwardOf(module);
  const known = forward[wrapping];
  return known?.isOwn === true && known.forward === forward;
}

/** A module's `forward`, which may be a getter: code of users. */
function forwardOf(module: Runnable): Forward {
  return outside(() => module.forward) as Forward;
}
