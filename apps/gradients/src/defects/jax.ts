import { type Defect } from './defect.ts';

const both = ['jax-js', 'jax-js, float64'];

/** What is to be mended in jax-js. */
export const jaxDefects: readonly Defect[] = [
  {
    libraries: both,
    title: 'power is NaN, or its gradient is, at 0 and at infinity',
    text: 'xⁿ is computed as e^(n · ln x), and 0 · ∞ is NaN: x⁰ at 0 and at ∞, where it is 1, and the derivatives at 0 of x¹, x² and x³ and of the root, which are 1, 0, 0 and ∞. The derivative of x² at ∞ is ∞.',
    operations: ['pow', 'pow by a number'],
    kinds: ['zero', 'infinity'],
    verdicts: ['nan'],
    snippet: `
import { grad, numpy as np } from '@jax-js/jax';
np.power(np.array([0]), 0).js(); // => [NaN]
grad((x) => np.power(x, 2))(np.array(0)).js(); // => NaN
grad((x) => np.square(x))(np.array(0)).js(); // => 0`,
  },
  {
    libraries: ['jax-js'],
    title: 'power has less than five digits in float32',
    text: 'e^(n · ln x) takes n times the error of the logarithm, which at 1.9 is itself 6 · 10⁻⁶ in 0.64: as much as the rule here lets pass.',
    operations: ['pow by a number'],
    verdicts: ['off'],
    snippet: `
import { numpy as np } from '@jax-js/jax';
np.power(np.array([1.9]), 2).js(); // => [3.60995]
np.square(np.array([1.9])).js(); // => [3.61000]
np.log(np.array([1.9, 1])).js(); // => [0.641847, 0]
Math.log(1.9); // => 0.641854`,
  },
  {
    libraries: both,
    title: 'The gradient of take is wrong where what comes back to it is a part of an array',
    text: 'It scatters the elements behind that part as well. What comes back through pad, concatenate, or a slice is such a part: here 7 belongs to the zero that pad put behind, and [2, 1] is right.',
    operations: ['pad of take'],
    snippet: `
import { grad, numpy as np } from '@jax-js/jax';
const indices = np.array([1, 0], { dtype: np.int32 });
const weights = np.array([1, 2, 7]);
const padded = (x) => np.pad(np.take(x, indices), [[0, 1]]);
grad((x) => padded(x).mul(weights).sum())(np.array([3, 4])).js(); // => [2, 8]`,
  },
  {
    libraries: ['jax-js'],
    title: 'sin, cos and tan lose digits with the size of their argument, in float32',
    text: 'Four digits are left at 1,000, one or two at 10⁶, and none at 10¹². These are numbers that float32 holds exactly, and sin(1000) is 0.8268795. On the device cpu they are right.',
    operations: ['sin', 'cos', 'tan'],
    kinds: ['large'],
    snippet: `
import { numpy as np } from '@jax-js/jax';
np.sin(np.array([1000, 1e6])).js(); // => [0.826865, -0.36627]
[Math.sin(1000), Math.sin(1e6)]; // => [0.826880, -0.34999]`,
  },
  {
    libraries: ['jax-js'],
    title: 'div: the gradient by a small divisor is infinite',
    text: 'It is made of 1 / b², which is infinite in float32 for |b| below 10⁻¹⁹. (a / b) / b, as in PyTorch, has the number, −10³⁰ here.',
    operations: ['div'],
    levels: ['first'],
    kinds: ['tiny'],
    snippet: `
import { grad, numpy as np } from '@jax-js/jax';
const a = np.array([1e-30, 1]);
grad((b) => np.trueDivide(a, b).sum())(np.array([1e-30, 1])).js(); // => [-Infinity, -1]`,
  },
  {
    libraries: both,
    title: 'tanh is 0 of small numbers',
    text: 'It is made of eˣ, whose distance from 1 has lost the digits of x, and tanh x is x near 0. With 10⁻⁵ in float32 three digits are left.',
    operations: ['tanh'],
    levels: ['value'],
    kinds: ['tiny'],
    snippet: `
import { numpy as np } from '@jax-js/jax';
np.tanh(np.array([1e-20, 1e-5])).js(); // => [0, 1.0014e-5]`,
  },
  {
    libraries: both,
    title: 'erf is 10⁻⁹ near 0, and has seven digits in float64 too; gelu has no more',
    text: 'It is an approximation with an absolute error of 1.5 · 10⁻⁷ (Abramowitz and Stegun 7.1.26), whatever the element type, and erfc, of which gelu is made, as well.',
    operations: ['erf', 'gelu'],
    snippet: `
import { init, lax, numpy as np } from '@jax-js/jax';
await init('cpu');
const options = { device: 'cpu' };
lax.erf(np.array([1e-20], options)).js(); // => [1.000e-9]
lax.erf(np.array([0.5], options).astype(np.float64)).js(); // => [0.52050002]
// erf(0.5) is 0.52049988`,
  },
  {
    libraries: both,
    title: 'sigmoid and silu: the gradient of large negative numbers is NaN',
    text: 'The gradient of 1 / (1 + e^−x) is ∞/∞ where e^−x overflows, at −89 in float32. It is 0.',
    operations: ['sigmoid', 'silu'],
    levels: ['first', 'second'],
    kinds: ['saturation', 'infinity'],
    snippet: `
import { grad, nn, numpy as np } from '@jax-js/jax';
grad((x) => nn.sigmoid(x))(np.array(-1000)).js(); // => NaN
grad((x) => nn.silu(x))(np.array(-1000)).js(); // => NaN`,
  },
  {
    libraries: both,
    title: 'elu: the gradient of large numbers is NaN',
    text: 'The branch that is not taken, eˣ − 1, overflows, and 0 · ∞ is added to the gradient of the branch that is. It is 1.',
    operations: ['elu'],
    levels: ['first', 'second'],
    kinds: ['saturation', 'infinity'],
    snippet: `
import { grad, nn, numpy as np } from '@jax-js/jax';
grad((x) => nn.elu(x))(np.array(1000)).js(); // => NaN`,
  },
  {
    libraries: both,
    title: 'softplus overflows',
    text: 'It is ln(1 + eˣ) as it stands: ∞ from 89 on in float32, from 710 on in float64, and its gradient NaN. softplus(1000) is 1000. In float64 it has seven digits at −20.',
    operations: ['softplus'],
    snippet: `
import { grad, nn, numpy as np } from '@jax-js/jax';
nn.softplus(np.array(1000)).js(); // => Infinity
grad((x) => nn.softplus(x))(np.array(1000)).js(); // => NaN`,
  },
  {
    libraries: both,
    title: 'prod: the gradient is NaN where an element is 0',
    text: 'It is the product divided by each element. The product of the others is right: 6 here, for the element that is 0.',
    operations: ['prod'],
    levels: ['first', 'second'],
    kinds: ['zero'],
    snippet: `
import { grad, numpy as np } from '@jax-js/jax';
grad((x) => np.prod(x))(np.array([2, 0, 3])).js(); // => [0, NaN, 0]`,
  },
  {
    libraries: both,
    title: 'norm and std: the gradient is NaN where an element is 0, or all are equal',
    text: 'One element that is 0 is enough for the norm along an axis, whose gradient there is 0. Of a vector of zeros, and of the standard deviation of equal numbers, PyTorch answers the subgradient 0.',
    operations: ['norm', 'std'],
    levels: ['first', 'second'],
    kinds: ['zero', 'tie'],
    snippet: `
import { grad, numpy as np } from '@jax-js/jax';
grad((x) => np.linalg.norm(x, { axis: 0 }))(np.array([3, 0, -4])).js(); // => [0.6, NaN, -0.8]
grad((x) => np.std(x))(np.array([2, 2, 2])).js(); // => [NaN, NaN, NaN]`,
  },
  {
    libraries: both,
    title: 'logsumexp is NaN of infinities',
    text: 'The largest is subtracted, ∞ − ∞. Expected are −∞ where all are −∞, as for a masked row, and ∞ where one is ∞.',
    operations: ['logsumexp'],
    levels: ['value'],
    kinds: ['infinity'],
    snippet: `
import { nn, numpy as np } from '@jax-js/jax';
nn.logsumexp(np.array([-Infinity, -Infinity])).js(); // => NaN
nn.logsumexp(np.array([Infinity, 1])).js(); // => NaN`,
  },
  {
    libraries: ['jax-js, float64'],
    title: 'max and min: what equal elements get has seven digits in float64',
    text: 'They share the gradient evenly, but the part that each has is a number of float32.',
    operations: ['max', 'min'],
    levels: ['first'],
    kinds: ['tie'],
    snippet: `
import { grad, init, numpy as np } from '@jax-js/jax';
await init('cpu');
const x = np.array([2, 2, 2], { device: 'cpu' }).astype(np.float64);
grad((x) => np.max(x))(x).js(); // => [0.33333334, 0.33333334, 0.33333334]`,
  },
];
