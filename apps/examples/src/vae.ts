/** A variational autoencoder of handwritten digits: 1,000 images of 14 × 14 pixels become two numbers each, and numbers become images. */
import assert from 'node:assert/strict';
import { loadMnist } from '@mg/data-mnist/node';
import { binaryCrossEntropyWithLogits, Linear, Module, ReLU, Sequential } from '@mg/nn';
import { Adam } from '@mg/optim';
import { fromTypedArray, Generator, noGrad, randint, randn, type Tensor } from '@mg/tensor';

const [PIXELS, LATENT, BATCH, STEPS] = [196, 2, 100, 500];

class Vae extends Module {
  readonly encoder: Sequential;
  readonly mean: Linear;
  readonly logVariance: Linear;
  readonly decoder: Sequential;

  constructor(generator: Generator) {
    super();
    this.encoder = new Sequential(new Linear(PIXELS, 128, { generator }), new ReLU());
    this.mean = new Linear(128, LATENT, { generator });
    this.logVariance = new Linear(128, LATENT, { generator });
    this.decoder = new Sequential(
      new Linear(LATENT, 128, { generator }),
      new ReLU(),
      new Linear(128, PIXELS, { generator }),
    );
  }

  /** The logits of the pixels, from a code drawn around the mean: mean + noise · deviation. */
  forward(images: Tensor, noise: Tensor): { logits: Tensor; mean: Tensor; logVariance: Tensor } {
    const features = this.encoder.forward(images);
    const [mean, logVariance] = [this.mean.forward(features), this.logVariance.forward(features)];
    return { logits: this.decoder.forward(mean.add(noise.mul(logVariance.div(2).exp()))), mean, logVariance };
  }
}

interface Prepared {
  model: Vae;
  /** The images [1000, 196], and for each step which of them it takes and the noise of their codes. */
  data: Record<'images' | 'batches' | 'noise', Tensor>;
}

export async function prepare(): Promise<Prepared> {
  const { images } = await loadMnist({ split: 'test' });
  const generator = new Generator(1);
  const pixels = fromTypedArray(images.slice(0, 784_000), [1000, 1, 28, 28]).to('float32').div(255);
  const data = {
    images: pixels.avgPool2d(2).reshape([1000, PIXELS]),
    batches: randint(0, 1000, [STEPS, BATCH], { generator }),
    noise: randn([STEPS, BATCH, LATENT], { generator }),
  };
  return { model: new Vae(generator), data };
}

/** The negative evidence lower bound of an image: its cross-entropy, and how far its code is from the standard normal distribution. */
function lossOf({ logits, mean, logVariance }: ReturnType<Vae['forward']>, images: Tensor): Tensor {
  const reconstruction = binaryCrossEntropyWithLogits(logits, images, { reduction: 'sum' });
  const divergence = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum().div(2);
  return reconstruction.add(divergence).div(images.shape[0] ?? 1);
}

/** Returns the loss of each step. */
export function train({ model, data: { images, batches, noise } }: Prepared, steps: number): number[] {
  const optimizer = new Adam(model.parameters(), { lr: 2e-3 });
  return Array.from({ length: steps }, (_, step) => {
    const batch = images.take(batches.at(step), 0);
    const loss = lossOf(model.forward(batch, noise.at(step)), batch);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

/** An image as text, a character for two rows. */
function drawing(pixels: Tensor): string {
  const rows = pixels.reshape([7, 2, 14]).mean(1).toArray<number[][]>();
  return rows.map((row) => row.map((ink) => ' .:*#'[Math.min(4, Math.floor(ink * 6))]).join('')).join('\n');
}

export async function run(): Promise<void> {
  const prepared = await prepare();
  const losses = train(prepared, STEPS);
  const late = losses.slice(-50).reduce((sum, loss) => sum + loss / 50, 0);
  const code = randn([1, LATENT], { generator: new Generator(3) });
  const image = noGrad(() => prepared.model.decoder.forward(code).sigmoid());
  console.log(`loss ${losses[0]?.toFixed(1)} → ${late.toFixed(1)}\nA drawn digit:\n${drawing(image)}`);
  assert.ok(late < 50);
}
