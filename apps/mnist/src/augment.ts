import { type Generator } from '@mg/tensor';
import { type Task } from './model.ts';

/**
 * Copies of images, each shifted at random by up to `most` pixels along both axes; paper moves in at the edges.
 * A shifted digit is the same digit, and a model that has seen it in many places generalises better.
 *
 * @see P. Y. Simard, D. Steinkraus, J. C. Platt, Best Practices for Convolutional Neural Networks Applied to Visual Document
 * Analysis (ICDAR 2003)
 */
export function shifted(images: Uint8Array, { rows, cols }: Task, most: number, generator: Generator): Uint8Array {
  const moved = new Uint8Array(images.length);
  for (let image = 0; image < images.length; image += rows * cols) {
    const down = generator.integer(-most, most + 1);
    const right = generator.integer(-most, most + 1);
    const width = Math.max(0, cols - Math.abs(right));
    for (let row = Math.max(0, down); width > 0 && row < Math.min(rows, rows + down); row++) {
      const from = image + (row - down) * cols + Math.max(0, -right);
      moved.set(images.subarray(from, from + width), image + row * cols + Math.max(0, right));
    }
  }
  return moved;
}
