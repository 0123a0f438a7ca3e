import { loadMnist } from '@mg/data-mnist/node';
import { tensor, type Tensor } from '@mg/tensor';

/** What to train on: images as rows of pixels in [0, 1], and their labels. */
export interface Digits {
  readonly images: Tensor;
  readonly labels: Tensor;
}

/** All training images of MNIST. */
export async function loadDigits(): Promise<Digits> {
  const { images, labels, count } = await loadMnist({ split: 'train' });
  return { images: tensor(images, { shape: [count, 784] }).div(255), labels: tensor(labels) };
}
