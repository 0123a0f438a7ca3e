import { type Defect } from './defect.ts';

const libraries = ['tfjs'];

/** What is to be mended in TensorFlow.js. */
export const tensorflowDefects: readonly Defect[] = [
  {
    libraries,
    title: 'Second derivatives do not see what a gradient computes from the result of its operation',
    text: 'The gradients of exp, tanh, sigmoid, elu, softmax and logSoftmax use the result that the forward pass kept, and for the tape of a second derivative that is a constant. Alone, such an operation has no second derivative: an error says that the result does not depend on x. Together with others it is worse, a wrong number without an error: the second derivative of x · eˣ at 1 is 3e.',
    operations: ['exp', 'tanh', 'sigmoid', 'elu', 'softmax', 'logSoftmax', 'cross entropy'],
    levels: ['second'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
const x = tf.scalar(1);
tf.grad(tf.grad((x) => tf.exp(x)))(x); // => throws Error: Cannot compute gradient of y=f(x) with respect to x
const second = tf.grad(tf.grad((x) => tf.mul(x, tf.exp(x))));
second(x).dataSync(); // => [5.437]
3 * Math.E; // => 8.155`,
  },
  {
    libraries,
    title: 'max and min send the whole gradient to each of equal elements',
    text: 'With k equal maxima the gradients add up to k times what came in: no subgradient, whichever convention one has. PyTorch shares it evenly, or sends it to the first.',
    operations: ['max', 'min'],
    levels: ['first'],
    kinds: ['tie'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
tf.grad((x) => tf.max(x))(tf.tensor([2, 2, 2])).dataSync(); // => [1, 1, 1]`,
  },
  {
    libraries,
    title: 'maximum and minimum have no gradient when they broadcast',
    text: 'The gradient of the smaller operand is not summed over what was broadcast, and an error says so.',
    operations: ['maximum', 'minimum'],
    kinds: ['ordinary'],
    verdicts: ['throws'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
const [a, b] = [tf.tensor([[1, 2], [3, 4]]), tf.tensor([2, 2])];
tf.grad((b) => tf.maximum(a, b))(b); // => throws Error: Error in gradient for op Maximum`,
  },
  {
    libraries,
    title: 'cumsum has no right gradient along the first axis of a matrix',
    text: 'The gradient comes back with its axes swapped, and an error says so; where the matrix is square there is no error, and a transposed gradient: [[4, 6], [3, 4]] is right below.',
    operations: ['cumsum'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
const along0 = (x) => tf.cumsum(x, 0);
tf.grad(along0)(tf.ones([2, 3])); // => throws Error: Error in gradient for op Cumsum
const cotangent = tf.tensor([[1, 2], [3, 4]]);
tf.grad(along0)(tf.ones([2, 2]), cotangent).arraySync(); // => [[4, 3], [6, 4]]`,
  },
  {
    libraries,
    title: 'matMul has no gradient for a matrix that is broadcast over a batch',
    text: 'The gradient of the matrix is not summed over the batch, and an error says so.',
    operations: ['matmul, batches'],
    kinds: ['broadcast'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
const batch = tf.ones([3, 2, 2]);
tf.grad((w) => tf.matMul(batch, w))(tf.ones([2, 2])); // => throws Error: Error in gradient for op BatchMatMul`,
  },
  {
    libraries,
    title: 'pow at 0: NaN for the first derivative of x⁰ and the second one of x¹',
    text: 'The gradient is exponent · x^(exponent − 1) without regard to an exponent of 0, and 0 · ∞ is NaN. Both derivatives are 0.',
    operations: ['pow by a number'],
    kinds: ['zero'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
const zero = tf.scalar(0);
tf.grad((x) => tf.pow(x, 0))(zero).dataSync(); // => [NaN]
tf.grad(tf.grad((x) => tf.pow(x, 1)))(zero).dataSync(); // => [NaN]`,
  },
  {
    libraries,
    title: 'Second derivatives of div, reciprocal and rsqrt are NaN at 0 and at infinity',
    text: 'They are made of quotients of squares and powers, ∞/∞ or 0 · ∞. Expected are 0 at infinity and ±∞ at 0.',
    operations: ['div', 'reciprocal', 'rsqrt'],
    levels: ['second'],
    kinds: ['zero', 'infinity'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
const second = tf.grad(tf.grad((x) => tf.reciprocal(x)));
second(tf.scalar(Infinity)).dataSync(); // => [NaN]
second(tf.scalar(0)).dataSync(); // => [NaN]`,
  },
  {
    libraries,
    title: 'div: the gradient by a small divisor is infinite',
    text: 'It is computed as −a / b², and b² is 0 in float32 for |b| below 10⁻²³. (a / b) / b, as in PyTorch, has the number.',
    operations: ['div'],
    levels: ['first'],
    kinds: ['tiny'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
const tiny = tf.scalar(1e-30);
tf.grad((b) => tf.div(tiny, b))(tiny).dataSync(); // => [-Infinity]`,
  },
  {
    libraries,
    title: 'erf is 10⁻⁹ near 0, and has few digits there',
    text: 'It is an approximation with an absolute error of 1.5 · 10⁻⁷ (Abramowitz and Stegun 7.1.26). erf(x) is 1.128 x near 0; no digit is left below 10⁻⁹.',
    operations: ['erf'],
    levels: ['value'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
tf.erf(tf.tensor([1e-20, 1e-5])).dataSync(); // => [1.000e-9, 1.12849e-5]`,
  },
  {
    libraries,
    title: 'norm: the gradient at 0 is NaN',
    text: 'It is x / ‖x‖ without regard to 0. Any vector of length 1 or less is a subgradient; PyTorch answers 0.',
    operations: ['norm'],
    levels: ['first'],
    kinds: ['zero'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
tf.grad((x) => tf.norm(x))(tf.zeros([2])).dataSync(); // => [NaN, NaN]`,
  },
  {
    libraries,
    title: 'logSumExp is NaN of infinities',
    text: 'The largest is subtracted, ∞ − ∞. Expected are −∞ where all are −∞, as for a masked row, and ∞ where one is ∞.',
    operations: ['logsumexp'],
    levels: ['value'],
    kinds: ['infinity'],
    snippet: `
import * as tf from '@tensorflow/tfjs';
tf.logSumExp(tf.tensor([-Infinity, -Infinity])).dataSync(); // => [NaN]
tf.logSumExp(tf.tensor([Infinity, 1])).dataSync(); // => [NaN]`,
  },
];
