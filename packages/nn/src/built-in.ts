/* eslint-disable @typescript-eslint/unbound-method -- functions are compared here, and not called */
import { type Tensor } from '@mg/tensor';
import { escape, outside } from '@mg/tensor/engine';
import { type Module } from './module.ts';

/** The forward functions of this package's layers. */
const forwards = new WeakSet<Module['forward']>();

/** States that a layer keeps nothing that its forward sees or makes: between two such layers memory is given back at once. */
export function builtIn(layer: { readonly prototype: Module }): void {
  forwards.add(layer.prototype.forward);
}

/** Runs a layer inside a scope. One that is not built in, or whose forward is not ours, may keep whatever it sees or makes. */
export function forwardIn(layer: Module, x: Tensor): Tensor {
  return forwards.has(layer.forward) ? layer.forward(x) : outside(() => layer.forward(escape(x)));
}
