import { apply, applyBoth, asOne, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import { matmul as kernel } from '../kernels/matmul.ts';
import { relu } from './activation.ts';
import { add } from './arithmetic.ts';
import { matmul } from './matmul.ts';
import { reshape, transpose } from './views.ts';

/** `x Wᵀ + b` of a matrix; the bias may be left out. The kernel can do `relu` along the way. */
const rule: OpRule<readonly Tensor[], { readonly relu: boolean }> = {
  name: 'linear',
  forward([x, weight, bias = null], { relu }) {
    const [rows, { storage, shape, strides, offset }] = [x as Tensor, weight as Tensor];
    const out = emptyOf(rows.dtype, [rows.shape[0] ?? 0, shape[0] ?? 0]);
    const turned = { storage, shape: [...shape].reverse(), strides: [...strides].reverse(), offset };
    kernel(rows, turned, [], out.storage, { bias, relu });
    return out;
  },
  gradients: [
    gradient([1], (g, [weight]) => matmul(g, weight)),
    gradient([0], (g, [x]) => matmul(transpose(g, 0, 1), x)),
    gradient([], (g) => g),
  ],
};

/**
 * `x Wᵀ + b`, and `relu` of that if it comes next: [..., in] by a weight [out, in] and a bias [out] gives [..., out]. The
 * bits and the operations in the record are those of one after the other.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null, next: 'relu' | null): Tensor {
  if (!doFit(x, weight, bias)) {
    const product = matmul(x, transpose(weight, -1, -2)); // which promote, broadcast, and say what is wrong
    const y = bias === null ? product : add(product, bias);
    return next === null ? y : relu(y);
  }
  const [out = 0, features = 0] = weight.shape;
  const batch = x.shape.slice(0, -1);
  const rows = batch.length === 1 ? x : reshape(x, [-1, features]);
  const inputs = bias === null ? [rows, weight] : [rows, weight, bias];
  const y = next === null ? apply(rule, inputs, { relu: false }) : applyBoth(rule, relu.rule, inputs, { relu: true });
  return batch.length === 1 ? y : asOne([x], reshape(y, [...batch, out]));
}

/** Whether the kernel takes these: of one dtype, with a bias for each row of the weight. */
function doFit({ shape, dtype }: Tensor, weight: Tensor, bias: Tensor | null): boolean {
  const [out, features] = weight.shape;
  const hasBias = bias === null || (bias.dtype === dtype && bias.ndim === 1 && bias.shape[0] === out);
  return hasBias && weight.dtype === dtype && weight.ndim === 2 && shape.length > 0 && shape.at(-1) === features;
}
