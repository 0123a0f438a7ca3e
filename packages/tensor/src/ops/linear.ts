import { part } from '../array/shape.ts';
import { apply, applyBoth, asOne, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import { matmul as kernel } from '../kernels/matmul.ts';
import { relu } from './activation.ts';
import { add } from './arithmetic.ts';
import { matmul } from './matmul.ts';
import { reshape, transpose } from './views.ts';

/** `x Wᵀ + b` for a matrix x, with an optional bias; the kernel can apply `relu` as well. */
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
 * `x Wᵀ + b`, followed by `relu` if `next` asks for it: x [..., in], weight [out, in] and bias [out] give [..., out]. The bits and the
 * recorded operations are the same as for separate calls.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null, next: 'relu' | null): Tensor {
  if (!doFit(x, weight, bias)) {
    const product = matmul(x, transpose(weight, -1, -2)); // these promote, broadcast, and throw for invalid shapes
    const y = bias === null ? product : add(product, bias);
    return next === null ? y : relu(y);
  }
  const [out = 0, features = 0] = weight.shape;
  const batch = part(x.shape, 0, x.ndim - 1);
  const rows = batch.length === 1 ? x : reshape(x, [-1, features]);
  const inputs = bias === null ? [rows, weight] : [rows, weight, bias];
  const y = next === null ? apply(rule, inputs, { relu: false }) : applyBoth(rule, relu.rule, inputs, { relu: true });
  return batch.length === 1 ? y : asOne([x], reshape(y, [...batch, out]));
}

/** Whether the kernel supports these operands: one dtype, and a bias for each row of the weight. */
function doFit({ shape, dtype }: Tensor, weight: Tensor, bias: Tensor | null): boolean {
  const [out, features] = weight.shape;
  const hasBias = bias === null || (bias.dtype === dtype && bias.ndim === 1 && bias.shape[0] === out);
  return hasBias && weight.dtype === dtype && weight.ndim === 2 && shape.length > 0 && shape.at(-1) === features;
}
