import { type DType, isTensor, noGrad, type Tensor, zeros } from '@mg/tensor';
import { checkOptions, isFloat, showShape } from '@mg/tensor/internal';
import { type AnyModule } from './module.ts';
import { unsizedOf } from './unsized.ts';

/** The dtype of the inputs of zeros, by default that of the first parameter; a model that takes indices needs 'int32'. */
export interface SummaryOptions {
  readonly dtype?: DType | undefined;
}

/**
 * A table of a model's modules, as torchinfo prints it: each with its output shape for an input of zeros, and its number of
 * parameters. Runs the model once, in evaluation mode and without gradients, and leaves it as it was; lazy layers take their sizes from this run.
 *
 * ```ts
 * import { Linear, ReLU, Sequential, summary } from '@mg/nn';
 * console.log(summary(new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10)), [32, 784]));
 * // => ========================================================
 * //    Layer (type:depth-idx)    Output Shape           Param #
 * //    ========================================================
 * //    Sequential                [32, 10]                    --
 * //    ├─Linear: 1-1             [32, 128]              100,480
 * //    ├─ReLU: 1-2               [32, 128]                   --
 * //    ├─Linear: 1-3             [32, 10]                 1,290
 * //    ========================================================
 * //    Total params: 101,770
 * //    Trainable params: 101,770
 * //    Non-trainable params: 0
 * //    ========================================================
 * ```
 *
 * A model of several inputs takes a list with an entry for each: a shape stands for zeros, and anything else is the input itself, such
 * as a tensor of indices, a mask or `null`. In a list of shapes, such as the state of an LSTM, each stands for zeros. An output that
 * is a list or a plain object is shown with the shapes of its tensors.
 *
 * ```ts
 * import { Linear, Module, summary } from '@mg/nn';
 * import { type Tensor } from '@mg/tensor';
 * class Recurrent extends Module {
 *   readonly input = new Linear(3, 4);
 *   readonly state = new Linear(4, 4);
 *   forward(x: Tensor, h: Tensor): { y: Tensor; state: Tensor } {
 *     const state = this.input.forward(x).add(this.state.forward(h)).tanh();
 *     return { y: state.sum(-1), state };
 *   }
 * }
 * summary(new Recurrent(), [[2, 3], [2, 4]]).split('\n')[3]; // => Recurrent                 { y: [2], state: [2, 4] }          --
 * ```
 *
 * @param inputs - the shape of the input, or a list with an entry for each input
 */
export function summary(
  model: AnyModule,
  inputs: readonly number[] | readonly unknown[],
  options: SummaryOptions = {},
): string {
  checkOptions('summary', options, ['dtype']);
  const dtype = options.dtype ?? floatOf(model);
  const rows = rowsOf(model, outputs(model, isShape(inputs) ? [inputs] : inputs, dtype));

  const headings = { layer: 'Layer (type:depth-idx)', shape: 'Output Shape', params: 'Param #' };
  const width = (column: keyof Row, spare: number) =>
    Math.max(...[headings, ...rows].map((row) => row[column].length)) + spare;
  const [layer, shape, params] = [width('layer', 4), width('shape', 11), width('params', 0)];
  const line = (row: Row) => row.layer.padEnd(layer) + row.shape.padEnd(shape) + row.params.padStart(params);
  const rule = '='.repeat(layer + shape + params);

  const all = model.parameters();
  const trainable = count(all.filter(({ requiresGrad }) => requiresGrad));
  const totals = [
    `Total params: ${grouped(count(all))}`,
    `Trainable params: ${grouped(trainable)}`,
    `Non-trainable params: ${grouped(count(all) - trainable)}`,
  ];
  return [rule, line(headings), rule, ...rows.map(line), rule, ...totals, rule].join('\n');
}

interface Row {
  readonly layer: string;
  readonly shape: string;
  readonly params: string;
}

function floatOf(model: AnyModule): DType {
  const unsized = model.modules().flatMap((module) => unsizedOf(module) ?? [])[0];
  if (unsized !== undefined) return unsized.dtype ?? 'float32';
  return model.parameters().find(({ dtype }) => isFloat(dtype))?.dtype ?? 'float32';
}

function isShape(given: unknown): given is readonly number[] {
  return Array.isArray(given) && given.every((each) => typeof each === 'number');
}

/** An input, with zeros for the shapes in it. */
function inputFor(given: unknown, dtype: DType): unknown {
  if (isShape(given)) return zeros(given, { dtype });
  return Array.isArray(given) ? given.map((each) => inputFor(each, dtype)) : given;
}

/** The output of each module as the table shows it, at its last call, when the model is run. */
function outputs(model: AnyModule, given: readonly unknown[], dtype: DType): Map<AnyModule, string> {
  const inputs = given.map((each) => inputFor(each, dtype));
  const shown = new Map<AnyModule, string>();
  const modules = model.modules();
  const before = modules.map((module) => ({
    module,
    training: module.training,
    own: Object.getOwnPropertyDescriptor(module, 'forward'),
  }));
  try {
    model.eval();
    for (const module of modules) {
      const forward = module.forward.bind(module) as (...args: unknown[]) => unknown;
      // A field of the module takes precedence over the method of its class, until it is deleted.
      module.forward = (...args: unknown[]): unknown => {
        const output = forward(...args);
        shown.set(module, show(output));
        return output;
      };
    }
    noGrad(() => model.forward(...(inputs as never[])));
  } finally {
    for (const { module, training, own } of before) {
      if (own === undefined) Reflect.deleteProperty(module, 'forward');
      else Object.defineProperty(module, 'forward', own);
      module.setTraining(training);
    }
  }
  return shown;
}

/** The shapes of the tensors of an output; `--` for what is no tensor, list or plain object. */
function show(output: unknown): string {
  if (isTensor(output)) return showShape(output.shape);
  if (Array.isArray(output)) return `[${output.map(show).join(', ')}]`;
  if (typeof output !== 'object' || output === null || Object.getPrototypeOf(output) !== Object.prototype) return '--';
  const fields = Object.entries(output).map(([name, each]) => `${name}: ${show(each)}`);
  return `{ ${fields.join(', ')} }`;
}

/** A row for each module, below its parent; each row counts the module's own parameters. */
function rowsOf(model: AnyModule, shown: ReadonlyMap<AnyModule, string>): Row[] {
  const counts: number[] = [];
  const seen = new Set<Tensor>();
  const visit = (module: AnyModule, depth: number, above: readonly AnyModule[]): Row[] => {
    const below = new Set(module.children().flatMap((child) => child.parameters()));
    const own = module.parameters().filter((tensor) => !below.has(tensor));
    const isAgain = own.length > 0 && own.every((tensor) => seen.has(tensor));
    for (const tensor of own) seen.add(tensor);
    const place = (counts[depth] = (counts[depth] ?? 0) + 1);
    const name = module.constructor.name;
    const layer = depth === 0 ? name : `${'│    '.repeat(depth - 1)}├─${name}: ${depth}-${place}`;
    const params = own.length === 0 ? '--' : isAgain ? '(again)' : grouped(count(own));
    const row = { layer, shape: shown.get(module) ?? '--', params };
    const path = [...above, module];
    const children = module.children().filter((child) => !path.includes(child));
    return [row, ...children.flatMap((child) => visit(child, depth + 1, path))];
  };
  return visit(model, 0, []);
}

function count(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { size }) => sum + size, 0);
}

const grouped = (x: number): string => String(x).replace(/\B(?=(\d{3})+$)/g, ',');
