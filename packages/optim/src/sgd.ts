import { type Tensor } from '@mg/tensor';
import { type TypedArray } from '@mg/tensor/engine';
import { Optimizer, type ParamGroup } from './optimizer.ts';
import { checkOption } from './options.ts';

/** The options of SGD: learning rate (1e-3) and momentum (0). */
export interface SGDOptions {
  readonly lr?: number | undefined;
  readonly momentum?: number | undefined;
}

interface SGDGroup {
  lr: number;
  momentum: number;
}

/**
 * Stochastic gradient descent, with PyTorch's momentum: the rate multiplies the velocity, so that a changed rate acts at once.
 *
 *     v = μ v + g          p = p − lr · v
 *
 * Throws a RangeError for a negative lr or momentum.
 *
 * ```ts
 * import { SGD } from '@mg/optim';
 * import { scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const optimizer = new SGD([x], { lr: 0.1 });
 * x.mul(x).backward();
 * optimizer.step();
 * x.item(); // => 2.4
 * ```
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export class SGD extends Optimizer<SGDGroup> {
  readonly #velocities = new Map<Tensor, TypedArray>();

  constructor(params: Iterable<Tensor>, { lr = 1e-3, momentum = 0 }: SGDOptions = {}) {
    checkOption('SGD', 'lr', lr, 0);
    checkOption('SGD', 'momentum', momentum, 0);
    super('SGD', params, { lr, momentum });
  }

  protected override update(param: Tensor, p: TypedArray, g: TypedArray, { lr, momentum }: ParamGroup<SGDGroup>): void {
    if (momentum === 0) {
      for (let i = 0; i < p.length; i++) p[i]! -= lr * g[i]!;
      return;
    }
    let velocity = this.#velocities.get(param);
    if (velocity === undefined) {
      velocity = g.slice().fill(0);
      this.#velocities.set(param, velocity);
    }
    for (let i = 0; i < p.length; i++) {
      velocity[i] = momentum * velocity[i]! + g[i]!;
      p[i]! -= lr * velocity[i]!;
    }
  }
}
