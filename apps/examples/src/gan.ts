/**
 * A generative adversarial network in two dimensions: the generator learns to draw points from a ring, and the discriminator to tell
 * its points from real ones.
 */
import assert from 'node:assert/strict';
import { binaryCrossEntropyWithLogits, LeakyReLU, Linear, Module, Sequential } from '@mg/nn';
import { Adam } from '@mg/optim';
import { Generator, noGrad, onesLike, rand, randn, stack, type Tensor, tensor, zerosLike } from '@mg/tensor';

const [BATCH, NOISE, STEPS] = [128, 2, 2500];

/** Points at a distance of 1 from the middle, give or take 0.1. */
function ring(shape: readonly number[], generator: Generator): Tensor {
  const angle = rand(shape, { generator }).mul(2 * Math.PI);
  const radius = randn(shape, { generator }).mul(0.1).add(1);
  return stack([angle.cos().mul(radius), angle.sin().mul(radius)], shape.length);
}

class Gan extends Module {
  readonly generator: Sequential;
  readonly discriminator: Sequential;

  constructor(random: Generator) {
    super();
    const linear = (inputs: number, outputs: number): Linear => new Linear(inputs, outputs, { generator: random });
    this.generator = new Sequential(
      linear(NOISE, 64),
      new LeakyReLU(0.2),
      linear(64, 64),
      new LeakyReLU(0.2),
      linear(64, 2),
    );
    this.discriminator = new Sequential(
      linear(2, 64),
      new LeakyReLU(0.2),
      linear(64, 64),
      new LeakyReLU(0.2),
      linear(64, 1),
    );
  }

  forward(noise: Tensor): Tensor {
    return this.generator.forward(noise);
  }
}

interface Prepared {
  model: Gan;
  /** Of each step: real points [steps, batch, 2], and the noise for the discriminator's and the generator's turn [steps, 2, batch, noise]. */
  data: Record<'real' | 'noise', Tensor>;
}

export function prepare(): Prepared {
  const generator = new Generator(1);
  const model = new Gan(generator);
  const data = { real: ring([STEPS, BATCH], generator), noise: randn([STEPS, 2, BATCH, NOISE], { generator }) };
  return { model, data };
}

/** Trains both in turn, and returns the generator's loss of each step. */
export function train(
  { model: { generator, discriminator }, data: { real, noise } }: Prepared,
  steps: number,
): number[] {
  const options = { lr: 1e-3, betas: [0.5, 0.999] } as const;
  const [forGenerator, forDiscriminator] = [generator, discriminator].map(
    (part) => new Adam(part.parameters(), options),
  ) as [Adam, Adam];
  const isReal = (logits: Tensor): Tensor => binaryCrossEntropyWithLogits(logits, onesLike(logits));
  const isFake = (logits: Tensor): Tensor => binaryCrossEntropyWithLogits(logits, zerosLike(logits));
  return Array.from({ length: steps }, (_, step) => {
    const fake = noGrad(() => generator.forward(noise.at(step, 0)));
    const judged = isReal(discriminator.forward(real.at(step))).add(isFake(discriminator.forward(fake)));
    forDiscriminator.zeroGrad();
    judged.backward();
    forDiscriminator.step();

    const loss = isReal(discriminator.forward(generator.forward(noise.at(step, 1))));
    forGenerator.zeroGrad();
    loss.backward();
    forGenerator.step();
    return loss.item();
  });
}

export function run(): void {
  const prepared = prepare();
  train(prepared, STEPS);
  const points = noGrad(() => prepared.model.generator.forward(randn([2000, NOISE], { generator: new Generator(2) })));
  const radii = points.norm(1);
  const quarters = points
    .gt(0)
    .to('int32')
    .mul(tensor([2, 1], { dtype: 'int32' }))
    .sum(1)
    .bincount()
    .div(2000);
  console.log(`distance from the middle ${radii.mean().item().toFixed(3)} ± ${radii.std().item().toFixed(3)}`);
  console.log(
    `shares of the quarters of the ring ${quarters
      .toArray<number[]>()
      .map((share) => share.toFixed(2))
      .join(' ')}`,
  );
  assert.ok(Math.abs(radii.mean().item() - 1) < 0.1 && radii.std().item() < 0.2);
  assert.ok(quarters.min().item() > 0.1);
}
