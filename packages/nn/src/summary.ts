import { type DType, noGrad, type Tensor, zeros } from '@mg/tensor';
import { checkOptions, isFloat, showShape } from '@mg/tensor/internal';
import { type Module } from './module.ts';

/** The dtype of the input, by default that of the first parameter; a model that takes indices needs 'int32'. */
export interface SummaryOptions {
  readonly dtype?: DType | undefined;
}

/**
 * A table of a model's modules, as torchinfo prints it: each with its output shape for an input of zeros, and its number of
 * parameters. Runs the model once, in evaluation mode and without gradients, and leaves it as it was.
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
 */
export function summary(model: Module, inputShape: readonly number[], options: SummaryOptions = {}): string {
  checkOptions('summary', options, ['dtype']);
  const input = zeros(inputShape, { dtype: options.dtype ?? floatOf(model) });
  const rows = rowsOf(model, outputShapes(model, input));

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

function floatOf(model: Module): DType {
  return model.parameters().find(({ dtype }) => isFloat(dtype))?.dtype ?? 'float32';
}

/** The output shape of each module, at its last call, when the model is run. */
function outputShapes(model: Module, input: Tensor): Map<Module, string> {
  const shapes = new Map<Module, string>();
  const modules = model.modules();
  const before = modules.map((module) => ({
    module,
    training: module.training,
    own: Object.getOwnPropertyDescriptor(module, 'forward'),
  }));
  try {
    model.eval();
    for (const module of modules) {
      const forward = module.forward.bind(module) as (...args: unknown[]) => Tensor;
      // A field of the module takes precedence over the method of its class, until it is deleted.
      module.forward = (...args: unknown[]): Tensor => {
        const y = forward(...args);
        shapes.set(module, showShape(y.shape));
        return y;
      };
    }
    noGrad(() => model.forward(input));
  } finally {
    for (const { module, training, own } of before) {
      if (own === undefined) Reflect.deleteProperty(module, 'forward');
      else Object.defineProperty(module, 'forward', own);
      module.setTraining(training);
    }
  }
  return shapes;
}

/** A row for each module, below its parent; each row counts the module's own parameters. */
function rowsOf(model: Module, shapes: ReadonlyMap<Module, string>): Row[] {
  const counts: number[] = [];
  const seen = new Set<Tensor>();
  const visit = (module: Module, depth: number, above: readonly Module[]): Row[] => {
    const below = new Set(module.children().flatMap((child) => child.parameters()));
    const own = module.parameters().filter((tensor) => !below.has(tensor));
    const isAgain = own.length > 0 && own.every((tensor) => seen.has(tensor));
    for (const tensor of own) seen.add(tensor);
    const place = (counts[depth] = (counts[depth] ?? 0) + 1);
    const name = module.constructor.name;
    const layer = depth === 0 ? name : `${'│    '.repeat(depth - 1)}├─${name}: ${depth}-${place}`;
    const params = own.length === 0 ? '--' : isAgain ? '(again)' : grouped(count(own));
    const row = { layer, shape: shapes.get(module) ?? '--', params };
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
