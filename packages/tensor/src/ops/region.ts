import { type Layout } from '../array/shape.ts';
import { Storage } from '../array/storage.ts';
import { apply, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { Tensor } from '../graph/tensor.ts';
import { clone, writeInto } from './copy.ts';

/**
 * The elements of a tensor that one of its views shows. The gradient of the tensor may lie in memory in another order, so it is
 * copied to the order of the tensor, where the layout of the view selects the elements:
 *
 *     tensor  shape [2, 3]   0 1 2 3 4 5
 *     view    shape [2]        1     4      the gradient of its elements
 */
export interface Region {
  /** The number of elements from the first of the tensor to the last. */
  readonly length: number;
  readonly tensor: Layout;
  readonly view: Layout;
}

/** The elements of `tensor` that `view` shows. */
export function regionOf(view: Layout, tensor: Layout): Region {
  let [first, last] = [tensor.offset, tensor.offset];
  for (const [axis, size] of tensor.shape.entries()) {
    const reach = Math.max(0, size - 1) * (tensor.strides[axis] ?? 0);
    if (reach < 0) first += reach;
    else last += reach;
  }
  return { length: last - first + 1, tensor: shifted(tensor, -first), view: shifted(view, -first) };
}

function shifted({ shape, strides, offset }: Layout, by: number): Layout {
  return { shape, strides, offset: offset + by };
}

/** A copy of `x` in the layout of the tensor of a region. */
function laidOut(x: Tensor, { length, tensor }: Region): Tensor {
  const out = new Tensor(Storage.empty(x.dtype, length), tensor);
  writeInto(out, x);
  return out;
}

const pickRule: OpRule<readonly [Tensor], Region> = {
  name: 'pick',
  forward: ([x], region) => clone(new Tensor(laidOut(x, region).storage, region.view)),
  gradients: [gradient([], (g, _, region) => replace(zerosOf(g.dtype, region.tensor.shape), g, region))],
};

/** A copy of the elements of a region. */
export function pick(x: Tensor, region: Region): Tensor {
  return apply(pickRule, [x], region);
}

const replaceRule: OpRule<readonly [Tensor, Tensor], Region> = {
  name: 'replace',
  forward([x, part], region) {
    const out = laidOut(x, region);
    writeInto(new Tensor(out.storage, region.view), part);
    return out;
  },
  gradients: [
    gradient([], (g, _, region) => replace(g, zerosOf(g.dtype, region.view.shape), region)),
    gradient([], (g, _, region) => pick(g, region)),
  ],
};

/** A copy of `x` with the elements of a region replaced by those of `part`. */
export function replace(x: Tensor, part: Tensor, region: Region): Tensor {
  return apply(replaceRule, [x, part], region);
}
