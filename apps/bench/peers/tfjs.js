// TensorFlow.js, backend wasm with one thread. In its best settings: variables, minimize, and tidy around each step.
import { createRequire } from 'node:module';
import path from 'node:path';
import { heNormal, normal } from './digits.js';
import { run } from './run.js';

// Its ES modules import each other without extensions, which Node refuses.
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const { setThreadsCount, setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
setThreadsCount(1);
setWasmPaths(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + path.sep);
if (!(await tf.setBackend('wasm'))) throw new Error('the backend wasm does not start');
await tf.ready();

const weight = (fanIn, shape) => tf.variable(tf.tensor(heNormal(fanIn, tf.util.sizeFromShape(shape)), shape));
const bias = (size) => tf.variable(tf.zeros([size]));
const linear = (inputs, outputs) => {
  const [w, b] = [weight(inputs, [inputs, outputs]), bias(outputs)];
  return (x) => tf.add(tf.matMul(x, w), b);
};
const convolution = (inputs, outputs) => {
  const [w, b] = [weight(9 * inputs, [3, 3, inputs, outputs]), bias(outputs)];
  return (x) => tf.maxPool(tf.relu(tf.add(tf.conv2d(x, w, 1, 'same'), b)), 2, 2, 'valid');
};
const multilayer = (...sizes) => {
  const layers = sizes.slice(1).map((size, i) => linear(sizes[i], size));
  return (x) => layers.reduce((h, layer, i) => layer(i === 0 ? h : tf.relu(h)), x);
};
const convolutional = () => {
  const [first, second] = [convolution(1, 16), convolution(16, 32)];
  const rest = multilayer(1568, 128, 10);
  return (x) => rest(tf.reshape(second(first(tf.reshape(x, [-1, 28, 28, 1]))), [-1, 1568]));
};
const models = {
  W1: () => multilayer(784, 128, 64, 10),
  W2: () => multilayer(784, 512, 256, 10),
  W3: convolutional,
};

function trainer(work) {
  const forward = models[work]();
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  return ({ images, labels }) => {
    const loss = tf.tidy(() => {
      const x = tf.tensor2d(images, [labels.length, 784]);
      const y = tf.oneHot(tf.tensor1d(labels, 'int32'), 10);
      return optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward(x)), true);
    });
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
}

const randn = (...shape) => tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, normal), shape);
/** A call whose result is freed at once, so that the next one takes its place. */
const freed = (compute) => () => {
  tf.tidy(compute).dispose();
};

function matmul() {
  const entries = [64, 256, 1024].map((n) => {
    const [a, b] = [randn(n, n), randn(n, n)];
    return [n, freed(() => tf.matMul(a, b))];
  });
  return Object.fromEntries(entries);
}

function elementwise() {
  const [x, y] = [randn(1_000_000), randn(1_000_000)];
  const [rows, row] = [randn(256, 512), randn(512)];
  return {
    add: freed(() => tf.add(x, y)),
    mul: freed(() => tf.mul(x, y)),
    relu: freed(() => tf.relu(x)),
    exp: freed(() => tf.exp(x)),
    tanh: freed(() => tf.tanh(x)),
    addRow: freed(() => tf.add(rows, row)),
  };
}

function reductions() {
  const [x, rows] = [randn(1000, 1000), randn(256, 1000)];
  return {
    sum: freed(() => tf.sum(x)),
    sumAxis0: freed(() => tf.sum(x, 0)),
    sumAxis1: freed(() => tf.sum(x, 1)),
    maxAxis1: freed(() => tf.max(x, 1)),
    softmax: freed(() => tf.softmax(rows)),
  };
}

await run({ version: tf.version.tfjs, trainer, operations: { matmul, elementwise, reductions } });
