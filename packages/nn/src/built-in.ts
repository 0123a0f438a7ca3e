/* eslint-disable @typescript-eslint/unbound-method -- functions are compared here, and not called */
import { type Tensor } from '@mg/tensor';
import { escape, outside } from '@mg/tensor/internal';
import { type Module } from './module.ts';

/** A layer's forward, with `relu` of its result computed along with it. */
type ThenReLU<Layer extends Module = Module> = (layer: Layer, x: Tensor) => Tensor;

/** The forward functions of this package's layers: and how they go along with a ReLU, if there is a kernel for that. */
const forwards = new WeakMap<Module['forward'], ThenReLU | null>();

/** States that a layer keeps nothing that its forward sees or makes: between two such layers memory is given back at once. */
export function builtIn<Layer extends Module>(
  layer: { readonly prototype: Layer },
  thenReLU: ThenReLU<Layer> | null = null,
): void {
  forwards.set(layer.prototype.forward, thenReLU as ThenReLU | null);
}

/** How a layer computes `relu` along with its own result; null if it does not, or its forward is not ours. */
export function thenReLU(layer: Module): ThenReLU | null {
  return forwards.get(layer.forward) ?? null;
}

/** Runs a layer inside a scope. One that is not built in, or whose forward is not ours, may keep whatever it sees or makes. */
export function forwardIn(layer: Module, x: Tensor): Tensor {
  return forwards.has(layer.forward) ? layer.forward(x) : outside(() => layer.forward(escape(x)));
}
