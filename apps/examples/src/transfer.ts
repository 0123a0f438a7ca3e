/**
 * Transfer learning: a convolutional network learns the digits 0 to 4 from 1,000 images. Its body is then frozen, and a new head learns
 * 5 to 9 from 500.
 */
import assert from 'node:assert/strict';
import { loadMnist } from '@mg/data-mnist/node';
import { Conv2d, crossEntropy, Flatten, Linear, MaxPool2d, Module, ReLU, Sequential } from '@mg/nn';
import { Adam } from '@mg/optim';
import { equal, Generator, noGrad, type Tensor, tensor } from '@mg/tensor';

const [BATCH, STEPS] = [50, 240];

class Classifier extends Module {
  readonly body: Sequential;
  head: Linear;
  readonly newHead: Linear;

  constructor(generator: Generator) {
    super();
    this.body = new Sequential(
      new Conv2d(1, 8, 3, { stride: 2, padding: 1, generator }),
      new ReLU(),
      new Conv2d(8, 16, 3, { padding: 1, generator }),
      new ReLU(),
      new MaxPool2d(2),
      new Flatten(),
    );
    this.head = new Linear(784, 5, { generator });
    this.newHead = new Linear(784, 5, { generator });
  }

  forward(images: Tensor): Tensor {
    return this.head.forward(this.body.forward(images));
  }
}

interface Prepared {
  model: Classifier;
  /** Images [count, 1, 28, 28] and labels 0 to 4: of the digits to 4, of those from 5 on, and of the latter to test with. */
  data: Record<'x' | 'y' | 'newX' | 'newY' | 'testX' | 'testY', Tensor>;
}

export async function prepare(): Promise<Prepared> {
  const { images, labels } = await loadMnist({ split: 'test' });
  const pixels = tensor([...images.subarray(0, 4_000 * 784)])
    .div(255)
    .reshape([4_000, 1, 28, 28]);
  const digits = tensor([...labels.subarray(0, 4_000)], { dtype: 'int32' });
  const [old, fresh] = [digits.lt(5), digits.ge(5)].map((mask) => mask.nonzero().flatten()) as [Tensor, Tensor];
  const pick = (places: Tensor): [Tensor, Tensor] => [pixels.take(places, 0), digits.take(places, 0).remainder(5)];
  const [x, y] = pick(old.slice(0, 0, 1000));
  const [newX, newY] = pick(fresh.slice(0, 0, 500));
  const [testX, testY] = pick(fresh.slice(0, 500, 1000));
  return { model: new Classifier(new Generator(1)), data: { x, y, newX, newY, testX, testY } };
}

/** Trains what requires a gradient on batches in turn, and returns the loss of each step. */
function fit(model: Classifier, x: Tensor, y: Tensor, steps: number): number[] {
  const trained = model.parameters().filter(({ requiresGrad }) => requiresGrad);
  const optimizer = new Adam(trained, { lr: 0.005 });
  return Array.from({ length: steps }, (_, step) => {
    const start = (step * BATCH) % y.size;
    const loss = crossEntropy(model.forward(x.slice(0, start, start + BATCH)), y.slice(0, start, start + BATCH));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

/** Trains on the old digits for half of the steps, then the new head alone; returns the loss of each step. */
export function train({ model, data: { x, y, newX, newY } }: Prepared, steps: number): number[] {
  const before = fit(model, x, y, steps / 2);
  for (const parameter of model.body.parameters()) parameter.requiresGrad = false;
  model.head = model.newHead;
  const frozen = model.body.parameters().map((parameter) => parameter.clone());
  const after = fit(model, newX, newY, steps / 2);
  assert.ok(model.body.parameters().every((parameter, i) => equal(parameter, frozen[i] ?? newX)));
  return [...before, ...after];
}

export async function run(): Promise<void> {
  const prepared = await prepare();
  const { model, data } = prepared;
  const losses = train(prepared, STEPS);
  const right = noGrad(() => model.forward(data.testX).argmax(1).eq(data.testY).sum().item()) / 5;
  console.log(`${right.toFixed(1)} % of 500 images of new digits are right, at a loss of ${losses.at(-1)?.toFixed(3)}`);
  assert.ok(right > 85);
}
