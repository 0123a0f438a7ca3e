// MNIST for the JavaScript peers: batches as typed arrays, which is what they take fastest.
import { loadMnist } from '@mg/data-mnist/node';

/** Batches without end, each epoch in another order; a short one at its end is left out. */
export async function* batches(size) {
  const { images, labels, count } = await loadMnist({ split: 'train' });
  const pixels = Float32Array.from(images, (byte) => byte / 255);
  for (;;) {
    const order = shuffled(count);
    for (let start = 0; start + size <= count; start += size) {
      const batch = { images: new Float32Array(size * 784), labels: new Int32Array(size) };
      for (let i = 0; i < size; i++) {
        const from = order[start + i];
        batch.images.set(pixels.subarray(784 * from, 784 * (from + 1)), 784 * i);
        batch.labels[i] = labels[from];
      }
      yield batch;
    }
  }
}

/** One batch of noise, for a first step. */
export function noise(size) {
  const images = Float32Array.from({ length: size * 784 }, Math.random);
  return { images, labels: Int32Array.from({ length: size }, () => 10 * Math.random()) };
}

/** Numbers from the normal distribution with variance 2 / fan-in: He's weights. */
export function heNormal(fanIn, length) {
  return Float32Array.from({ length }, () => normal() * Math.sqrt(2 / fanIn));
}

export function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

function shuffled(count) {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
