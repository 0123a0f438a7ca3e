import path from 'node:path';
import { type MnistData } from '@mg/data-mnist/node';
import { zeros } from '@mg/tensor';
import { type TrainArguments } from '../command-line.ts';
import { type DataSet } from '../data.ts';
import { DivergedError, evaluate, type Evaluation } from '../evaluate.ts';
import { breather, InterruptedError } from '../interrupt.ts';
import { type FirstLayer } from '../report/first-layer.ts';
import { fileNames } from '../run/contents.ts';
import { type LoadedModel, loadModel } from '../run/load-model.ts';
import { type RunFolder } from '../run/run-folder.ts';
import { startRun, resumeRun } from '../run/start-or-resume.ts';
import { train } from '../train.ts';
import { type Training } from '../training.ts';
import { type Output } from './train-output.ts';

/** Between two checkpoints, in milliseconds: what a `kill -9` may cost. On a slow disk it is 50 times what a checkpoint takes. */
const shortestPause = 1_000;

/** Starts or resumes a run, tests its best model, and returns the accuracy in percent and the folder of the run. */
export async function trainAndTest(
  options: TrainArguments,
  output: Output,
  signal: AbortSignal,
): Promise<{ accuracy: number; folder: string }> {
  const { run, training, data } = await (options.resume ? resumeRun(options, signal) : startRun(options, signal));
  const folder = options.out ?? path.relative('', run.path);
  try {
    output.begin(training, data.validation?.count ?? 0, folder);
    await trainAndSave(run, training, data, output, signal);

    const best = loadModel(run.file(training.best === null ? 'last' : 'best'));
    const tested = await evaluate(best.model, best.inputShape, data.test, breather(signal));
    run.record({ type: 'test', loss: tested.loss, accuracy: tested.accuracy });
    run.flush();
    await saveReport(run, best, { ...tested, data: data.test });
    output.tested(tested, data.test);
    return { accuracy: tested.accuracy, folder };
  } catch (error) {
    output.stop();
    if (error !== signal.reason) throw error;
    const data = options.resume && options.data !== undefined ? ` --data ${inShell(options.data)}` : '';
    throw new InterruptedError(
      `stopped and saved. Resume with: npm run mnist -- --resume --out ${inShell(folder)}${data}`,
    );
  } finally {
    run.close();
  }
}

/** Trains to the end or until the signal, and writes a checkpoint in both cases. */
async function trainAndSave(
  run: RunFolder,
  training: Training,
  data: DataSet,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const breathe = breather(signal);
  let saved = training.position;
  let dueAt = performance.now() + shortestPause;
  const save = (): void => {
    if (training.position === saved) return;
    const startedAt = performance.now();
    run.save(training);
    saved = training.position;
    const endedAt = performance.now();
    dueAt = endedAt + Math.max(shortestPause, 50 * (endedAt - startedAt));
  };
  try {
    for await (const metrics of train(training, data, breathe)) {
      run.record(metrics);
      output.metrics(metrics);
      if (metrics.type === 'epoch' && metrics.epoch === training.best?.epoch) run.saveBest(training);
      if (performance.now() >= dueAt) save();
      await breathe();
    }
    save();
  } catch (error) {
    if (error === signal.reason) save();
    if (error instanceof DivergedError) run.flush(); // to show how it came to that
    throw error;
  }
}

/** What a user may do with a finished run, in lines. */
export function whatNext(folder: string): string[] {
  return [
    `report: ${path.join(folder, fileNames.report)}`,
    `read digits: npm run mnist -- predict FILE.png --checkpoint ${inShell(folder)}`,
  ];
}

/** A path, quoted for a shell. */
function inShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Writes report.html. The code that draws it is loaded only now, so that training does not wait for it. */
async function saveReport(
  run: RunFolder,
  { model, name, task }: LoadedModel,
  test: Evaluation & { data: MnistData },
): Promise<void> {
  const { reportHtml } = await import('../report/report.ts');
  const weight = model.stateDict()['0.weight'] ?? zeros([0]);
  const [units = 0, channels = 0, height = 0, width = 0] = weight.shape;
  const firstLayer: FirstLayer =
    name === 'mlp'
      ? { kind: 'linear', weight: Float32Array.from(weight.data), units, rows: task.rows, cols: task.cols }
      : { kind: 'conv', weight: Float32Array.from(weight.data), filters: units, channels, kernel: [height, width] };
  const { dataFolder, data, ...settings } = run.config;
  const config = { ...settings, data: dataFolder ?? 'MNIST', 'SHA-256 of the data': data };
  run.saveReport(reportHtml({ config, metrics: run.metrics(), test, firstLayer }));
}
