// jax-js, device wasm. In its best settings: the whole training step, Adam included, in one jit.
import { readFileSync } from 'node:fs';
import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad, blockUntilReady } from '@jax-js/jax';
import { heNormal, normal } from './digits.js';
import { run } from './run.js';

const devices = await init('wasm');
if (!devices.includes('wasm')) throw new Error(`there is no device wasm, only ${devices.join(', ')}`);
defaultDevice('wasm');

const weight = (fanIn, shape) =>
  np.array(
    heNormal(
      fanIn,
      shape.reduce((a, b) => a * b),
    ),
    { shape },
  );
const bias = (...shape) => np.array(new Float32Array(shape[0]), { shape });
const pooled = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const convolution = (x, w, b) => pooled(nn.relu(lax.convGeneralDilated(x, w, [1, 1], 'SAME').add(b)));

const multilayer = (...sizes) => ({
  parameters: () =>
    Object.fromEntries(
      sizes.slice(1).flatMap((size, i) => [
        [`w${i}`, weight(sizes[i], [sizes[i], size])],
        [`b${i}`, bias(size)],
      ]),
    ),
  forward: (p, x) => {
    let h = x;
    for (let i = 0; i < sizes.length - 1; i++) h = np.dot(i === 0 ? h : nn.relu(h), p[`w${i}`]).add(p[`b${i}`]);
    return h;
  },
});
const head = multilayer(1568, 128, 10);
const convolutional = {
  parameters: () => ({
    k1: weight(9, [16, 1, 3, 3]),
    c1: bias(16, 1, 1),
    k2: weight(144, [32, 16, 3, 3]),
    c2: bias(32, 1, 1),
    ...head.parameters(),
  }),
  forward: (p, x) => {
    const h = convolution(convolution(x.reshape([-1, 1, 28, 28]), p.k1, p.c1), p.k2, p.c2);
    return head.forward(p, h.reshape([-1, 1568]));
  },
};
const models = { W1: multilayer(784, 128, 64, 10), W2: multilayer(784, 512, 256, 10), W3: convolutional };

function trainer(work) {
  const { parameters, forward } = models[work];
  const lossOf = (p, x, y) => {
    const scale = -1 / x.shape[0];
    return nn.logSoftmax(forward(p, x)).mul(nn.oneHot(y, 10)).sum().mul(scale);
  };
  // rate = lr / (1 - b1 ^ t) and correction = 1 / (1 - b2 ^ t) are arrays: numbers would be compiled in, a program a step.
  const update = jit((p, m, v, rate, correction, x, y) => {
    const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
    const [nextP, nextM, nextV] = [{}, {}, {}];
    for (const name of Object.keys(p)) {
      nextM[name] = m[name].mul(0.9).add(g[name].ref.mul(0.1));
      nextV[name] = v[name].mul(0.999).add(g[name].ref.mul(g[name]).mul(0.001));
      const length = np.sqrt(nextV[name].ref.mul(correction.ref)).add(1e-8);
      nextP[name] = p[name].sub(nextM[name].ref.mul(rate.ref).div(length));
    }
    rate.dispose();
    correction.dispose();
    return [loss, nextP, nextM, nextV];
  });

  let p = parameters();
  const zeros = () => tree.map((each) => np.zerosLike(each), tree.ref(p));
  let [m, v, t] = [zeros(), zeros(), 0];
  return async ({ images, labels }) => {
    t++;
    const rate = np.array(1e-3 / (1 - 0.9 ** t));
    const correction = np.array(1 / (1 - 0.999 ** t));
    const x = np.array(images, { shape: [labels.length, 784] });
    let loss;
    [loss, p, m, v] = update(p, m, v, rate, correction, x, np.array(labels));
    await blockUntilReady(p);
    return loss.item();
  };
}

const randn = (...shape) => np.array(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, normal), { shape });
/** A call whose result is waited for, and freed at once. */
const finished = (compute) => async () => {
  const result = compute();
  await result.blockUntilReady();
  result.dispose();
};

function matmul() {
  const entries = [64, 256, 1024].map((n) => {
    const [a, b] = [randn(n, n), randn(n, n)];
    return [n, finished(() => np.matmul(a.ref, b.ref))];
  });
  return Object.fromEntries(entries);
}

function elementwise() {
  const [x, y] = [randn(1_000_000), randn(1_000_000)];
  const [rows, row] = [randn(256, 512), randn(512)];
  return {
    add: finished(() => x.ref.add(y.ref)),
    mul: finished(() => x.ref.mul(y.ref)),
    relu: finished(() => nn.relu(x.ref)),
    exp: finished(() => np.exp(x.ref)),
    tanh: finished(() => np.tanh(x.ref)),
    addRow: finished(() => rows.ref.add(row.ref)),
  };
}

function reductions() {
  const [x, rows] = [randn(1000, 1000), randn(256, 1000)];
  return {
    sum: finished(() => x.ref.sum()),
    sumAxis0: finished(() => x.ref.sum(0)),
    sumAxis1: finished(() => x.ref.sum(1)),
    maxAxis1: finished(() => np.max(x.ref, 1)),
    softmax: finished(() => nn.softmax(rows.ref)),
  };
}

const manifest = new URL('node_modules/@jax-js/jax/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
await run({ version, trainer, operations: { matmul, elementwise, reductions } });
