import { type Generator, type Tensor } from '@mg/tensor';
import { outside, type Plain } from '@mg/tensor/internal';
import { uniformByFanIn } from '../init/init.ts';
import { runsOwnForward, wrapOwnForward } from '../module/forward.ts';
import { runOwn } from '../module/lifetimes.ts';
import { type AnyModule, Module } from '../module/module.ts';
import { optionsText, plainFields } from '../module/print.ts';
import { type LayerInput, type OutputShape } from '../module/shape-types.ts';

/** The output for an input. Its temporaries are freed when it returns, so it must not run code of users, except by `runLayer`. */
export type Computation = (x: Tensor) => Tensor;

/** A layer of this package: a module with a `computation`. */
export abstract class Layer extends Module {
  static {
    wrapOwnForward(this.prototype);
  }

  /** The options in the fields of the layer. */
  override extraRepr(): string {
    return optionsText(plainFields(this));
  }

  /** The output for an input. The class documents the shapes of both. */
  override forward(x: Plain): Tensor;
  override forward<L extends AnyModule, X extends Tensor>(this: L, x: LayerInput<L, X>): Tensor<OutputShape<L, X>>;
  override forward(x: Tensor): Tensor {
    return outside(() => this.computation())(x);
  }

  /**
   * Reads the fields, and returns the computation with their values. Only this method reads fields: a subclass may compute them in
   * getters, which are code of users. @internal
   */
  protected abstract computation(): Computation;

  /** As `computation`, with a ReLU of the output, for a layer that computes both by one kernel. @internal */
  protected thenReLU?(): Computation;

  /** `relu` of a module's output by one kernel; null where there is none, or `forward` is not the one that the kernel stands for. */
  protected static outputThenReLU(module: AnyModule, x: Tensor): Tensor | null {
    if (!(module instanceof Layer && runsOwnForward(module))) return null;
    const compute = outside(() => module.thenReLU?.());
    return compute === undefined ? null : runOwn(() => compute(x));
  }
}

/** A layer whose weight and bias `drawnWeights` draws. */
export abstract class WeightedLayer extends Layer {
  abstract readonly weight: Tensor;
  abstract readonly bias: Tensor | null;

  override drawAsPyTorch(generator: Generator | undefined): void {
    uniformByFanIn(this.weight, this.bias, generator);
  }
}
