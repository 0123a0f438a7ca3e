import { describe } from './arguments.ts';
import { isTensor } from './brand.ts';
import { ShapeError } from './errors.ts';
import { escape, outside } from './memory/scope.ts';
import { sameShape, showShape } from './shape.ts';
import { type Tensor } from './tensor.ts';

/** Looks at a gradient on its way; what it returns, if it returns a tensor, goes on instead. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- so that (g) => console.log(g) is a hook too
export type Hook = (gradient: Tensor) => Tensor | null | undefined | void;

/** The hooks of one tensor, in the order in which they were registered. */
export class Hooks {
  readonly #hooks = new Set<{ readonly hook: Hook }>();

  /** Returns a function that takes the hook away again. The same function may be added twice. */
  add(hook: Hook): () => void {
    const entry = { hook };
    this.#hooks.add(entry);
    return () => {
      this.#hooks.delete(entry);
    };
  }

  /** What becomes of a gradient. Throws a ShapeError where a hook returns one that does not fit, a TypeError where it is none. */
  run(gradient: Tensor): Tensor {
    let g = gradient;
    for (const { hook } of [...this.#hooks]) {
      escape(g);
      const given = g;
      const returned = outside(() => hook(given));
      if (returned === undefined || returned === null) continue;
      if (!isTensor(returned)) {
        throw new TypeError(`registerHook: a hook returns a tensor, or nothing, got ${describe(returned)}`);
      }
      if (!sameShape(returned.shape, g.shape) || returned.dtype !== g.dtype) {
        throw new ShapeError(
          `registerHook: a hook was given ${g.dtype} ${showShape(g.shape)}, and returned ${returned.dtype} ${showShape(returned.shape)}; it returns one like it, or nothing`,
        );
      }
      g = escape(returned);
    }
    return g;
  }
}
