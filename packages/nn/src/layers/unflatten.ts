import { ShapeError } from '@mg/tensor';
import { checkNumber, showShape } from '@mg/tensor/internal';
import { checkCounts, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/**
 * Splits an axis into several: the opposite of Flatten. Throws a ShapeError for an input whose axis has another number of elements.
 *
 * ```ts
 * import { Unflatten } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new Unflatten(1, [3, 8, 8]).forward(zeros([2, 192])).shape; // => [2, 3, 8, 8]
 * ```
 */
export class Unflatten extends Layer {
  declare readonly axis: number;
  declare readonly unflattenedSize: readonly number[];

  constructor(axis: number, unflattenedSize: readonly number[]) {
    super();
    checkNumber('Unflatten', 'axis', axis);
    if (!Array.isArray(unflattenedSize) || unflattenedSize.length === 0) {
      throw new RangeError(
        `Unflatten: takes the sizes of the new axes, as in [3, 8, 8], got ${JSON.stringify(unflattenedSize)}`,
      );
    }
    const sizes: readonly number[] = [...(unflattenedSize as readonly number[])];
    checkCounts('Unflatten', Object.fromEntries(sizes.map((each, index) => [`size ${index}`, each])));
    setFields<Unflatten>(this, { axis, unflattenedSize: sizes });
  }

  protected override computation(): Computation {
    const { axis, unflattenedSize } = this;
    const count = unflattenedSize.reduce((product, each) => product * each, 1);
    return (x) => {
      const at = axis < 0 ? axis + x.ndim : axis;
      if (x.shape[at] !== count) {
        throw new ShapeError(
          `Unflatten: the sizes ${showShape(unflattenedSize)} have ${count} elements, axis ${axis} of ${showShape(x.shape)} has ${x.shape[at] ?? 'none'}`,
        );
      }
      return x.reshape([...x.shape.slice(0, at), ...unflattenedSize, ...x.shape.slice(at + 1)]);
    };
  }
}
