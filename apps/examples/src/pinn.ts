/**
 * A physics-informed network: it learns how heat spreads in a rod from the equation, ∂u/∂t = α ∂²u/∂x², and from what is known at the
 * start and at both ends. The exact solution is sin(πx) exp(-απ²t), for x and t in [0, 1].
 */
import assert from 'node:assert/strict';
import { Linear, Module, mseLoss, Sequential, Tanh } from '@mg/nn';
import { LBFGS } from '@mg/optim';
import { concat, Generator, grad, linspace, meshgrid, noGrad, rand, type Tensor, zeros } from '@mg/tensor';

const [WIDTH, INNER, KNOWN, STEPS, ALPHA] = [20, 200, 40, 300, 0.1];

class Heat extends Module {
  readonly body: Sequential;

  constructor(generator: Generator) {
    super();
    const options = { init: 'pytorch', dtype: 'float64', generator } as const;
    this.body = new Sequential(
      new Linear(2, WIDTH, options),
      new Tanh(),
      new Linear(WIDTH, WIDTH, options),
      new Tanh(),
      new Linear(WIDTH, 1, options),
    );
  }

  /** The temperatures [points, 1] at places x and times t [points, 1]. */
  forward(x: Tensor, t: Tensor): Tensor {
    return this.body.forward(concat([x, t], 1));
  }
}

const exact = (x: Tensor, t: Tensor): Tensor =>
  x
    .mul(Math.PI)
    .sin()
    .mul(t.mul(-ALPHA * Math.PI ** 2).exp());

interface Prepared {
  model: Heat;
  /** Points [points, 1] where the equation holds, and points whose temperature is known, in float64. */
  data: Record<'x' | 't' | 'knownX' | 'knownT' | 'knownU', Tensor>;
}

export function prepare(): Prepared {
  const generator = new Generator(1);
  const model = new Heat(generator);
  const draw = (count: number): Tensor => rand([count, 1], { dtype: 'float64', generator });
  const [atStart, atEnds] = [draw(KNOWN), draw(KNOWN)];
  const none = zeros([KNOWN, 1], { dtype: 'float64' });
  const ends = draw(KNOWN).round();
  return {
    model,
    data: {
      x: draw(INNER),
      t: draw(INNER),
      knownX: concat([atStart, ends], 0),
      knownT: concat([none, atEnds], 0),
      knownU: concat([exact(atStart, none), none], 0),
    },
  };
}

/** How far the network is from the equation, and from what is known. */
function lossOf({ model, data: { x, t, knownX, knownT, knownU } }: Prepared): Tensor {
  const u = model.forward(x, t);
  const [ux, ut] = grad(u.sum(), [x, t], { createGraph: true });
  const [uxx] = grad(ux.sum(), x, { createGraph: true });
  const equation = mseLoss(ut, uxx.mul(ALPHA));
  return equation.add(mseLoss(model.forward(knownX, knownT), knownU));
}

/** Takes steps of one iteration, and returns the loss before each. */
export function train(prepared: Prepared, steps: number): number[] {
  const { model, data } = prepared;
  for (const points of [data.x, data.t]) points.requiresGrad = true;
  const optimizer = new LBFGS(model.parameters(), { maxIter: 1, lineSearchFn: 'strongWolfe' });
  return Array.from({ length: steps }, () =>
    optimizer
      .step(() => {
        optimizer.zeroGrad();
        const loss = lossOf(prepared);
        loss.backward();
        return loss;
      })
      .item(),
  );
}

export function run(): void {
  const prepared = prepare();
  const losses = train(prepared, STEPS);
  const ticks = linspace(0, 1, 21, { dtype: 'float64' });
  const [x, t] = meshgrid([ticks, ticks]).map((each) => each.reshape([-1, 1])) as [Tensor, Tensor];
  const error = noGrad(() => prepared.model.forward(x, t).sub(exact(x, t)).abs().max().item());
  console.log(`loss ${losses[0]?.toFixed(4)} → ${losses.at(-1)?.toExponential(1)}; largest error ${error.toFixed(4)}`);
  assert.ok(error < 0.01);
}
