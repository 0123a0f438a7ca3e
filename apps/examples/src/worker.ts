/**
 * Training in a worker of Node: the main thread is told the loss now and then, stops the training when it is low enough, and gets the
 * weights. The guide "Training in a worker" does the same in a browser.
 */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { crossEntropy, Linear, Sequential, Tanh } from '@mg/nn';
import { Adam } from '@mg/optim';
import { fromTypedArray, Generator, loadSafetensors, noGrad, rand, saveSafetensors, type Tensor } from '@mg/tensor';

const [POINTS, LOW_ENOUGH, STEPS] = [400, 0.05, 5000];

/** What the worker is given: tensors stay in their thread, so it gets the numbers. */
interface Given {
  readonly points: Float32Array;
  readonly labels: Int32Array;
}

type Message =
  | { readonly type: 'progress'; readonly step: number; readonly loss: number }
  | { readonly type: 'done'; readonly weights: Uint8Array };

const makeModel = (): Sequential => {
  const generator = new Generator(1);
  return new Sequential(new Linear(2, 16, { generator }), new Tanh(), new Linear(16, 2, { generator }));
};

/** Points of a square; those near its middle have the label 1. */
function drawPoints(generator: Generator): { x: Tensor; y: Tensor } {
  const x = rand([POINTS, 2], { generator }).mul(2).sub(1);
  return { x, y: x.norm(1).lt(0.7).to('int32') };
}

async function trainInWorker(port: MessagePort, { points, labels }: Given): Promise<void> {
  const stop = new AbortController();
  port.once('message', () => {
    stop.abort();
  });
  const [x, y] = [fromTypedArray(points, [labels.length, 2]), fromTypedArray(labels, [labels.length])];
  const model = makeModel();
  const optimizer = new Adam(model.parameters(), { lr: 0.02 });
  for (let step = 1; step <= STEPS && !stop.signal.aborted; step++) {
    const loss = crossEntropy(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 10 === 0) {
      port.postMessage({ type: 'progress', step, loss: loss.item() } satisfies Message);
      await setImmediate(); // lets the message to stop arrive
    }
  }
  port.postMessage({ type: 'done', weights: saveSafetensors(model.stateDict()) } satisfies Message);
  port.close();
}

/** Trains in a worker until the loss is low enough; returns the model, and the step that was reported last. */
function train({ points, labels }: Given): Promise<{ model: Sequential; step: number }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { points, labels } });
  let last = 0;
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (message: Message) => {
      if (message.type === 'progress') {
        last = message.step;
        if (message.loss < LOW_ENOUGH) worker.postMessage('stop');
      } else {
        const model = makeModel();
        model.loadStateDict(loadSafetensors(message.weights));
        resolve({ model, step: last });
      }
    });
  });
}

export async function run(): Promise<void> {
  const { x, y } = drawPoints(new Generator(2));
  const { model, step } = await train({ points: x.data as Float32Array, labels: y.data as Int32Array });
  const test = drawPoints(new Generator(3));
  const right = noGrad(() => model.forward(test.x).argmax(1).eq(test.y).sum().item()) / POINTS;
  console.log(
    `stopped after ${step} of ${STEPS} steps; ${(100 * right).toFixed(1)} % of ${POINTS} new points are right`,
  );
  assert.ok(step < STEPS);
  assert.ok(right > 0.95);
}

if (!isMainThread && parentPort !== null) await trainInWorker(parentPort, workerData as Given);
