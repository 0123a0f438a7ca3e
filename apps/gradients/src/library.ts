import { type Adapter, gradcheck, type GradcheckReport, type Precision } from '@mg/gradcheck';
import { cotangent, direction, type Level, type Numbers, type Options, type Point } from './points.ts';

/** What a library answers at a point: numbers, or the message of the error that it throws. */
export type Answer =
  | {
      readonly numbers: Numbers;
      /** The error where it says that the result does not depend on an input: no fault where the gradient is 0, as it stands in `numbers`. */
      readonly unconnected?: string | undefined;
    }
  | { readonly thrown: string };

/** A library under test, in one of its settings. */
export interface Library {
  /** `tfjs`, as the columns of the page are headed. */
  readonly name: string;
  /** Package, version, device and element type. */
  readonly setting: string;
  readonly precision: Precision;
  has(op: string): boolean;
  /** What it answers; null for what it does not have: second gradients, or operands of this kind. */
  answer(point: Point, level: Level): Answer | null;
  /** The verdict of finite differences on first gradients and on second ones; null for what it does not have. */
  check(point: Point, level: 'first' | 'second'): GradcheckReport | null;
}

/** An operation in a library's own words. */
export type Operation<T> = (inputs: readonly T[], options: Options) => T;

/** A library of tensors, whose gradients can be differentiated again. */
export interface TensorLibrary<T> {
  readonly name: string;
  readonly setting: string;
  readonly adapter: Adapter<T>;
  readonly operations: Readonly<Record<string, Operation<T>>>;
  readonly create: (data: readonly number[], shape: readonly number[]) => T;
  /** The sum of all products of tensors with those of the same place. */
  readonly weighted: (tensors: readonly T[], weights: readonly T[]) => T;
  /** What the library says where the result does not depend on an input, if it throws then. */
  readonly unconnected?: string;
  /** Runs what allocates, in whatever frees it. */
  readonly tidy: <R>(run: () => R) => R;
}

/** Asks a library of tensors: the value by its operation, gradients by its adapter, second ones by the adapter within itself. */
export function tensorLibrary<T>({ adapter, operations, ...library }: TensorLibrary<T>): Library {
  const { name, setting, create, weighted, tidy } = library;
  const { precision } = adapter;

  const functionOf = ({ op, options }: Point): ((...inputs: T[]) => T) => {
    const operation = operations[op];
    if (operation === undefined) throw new Error(`${name} has no operation ${op}: ask has() first`);
    return (...inputs) => operation(inputs, options);
  };
  const inputsOf = ({ inputs }: Point): T[] => inputs.map(({ data, shape }) => create(data, shape));

  const firstGradients = (point: Point, inputs: readonly T[]): readonly (T | null)[] => {
    const v = create(cotangent(point.value[0]?.length ?? 0), point.shape);
    return adapter.vjp(functionOf(point), inputs, v);
  };

  /** The function whose gradient is the second one: the first gradients, each times its direction. */
  const alongDirections = (point: Point): ((...inputs: T[]) => T) => {
    const directions = point.inputs.map(({ data, shape }) => create(direction(data.length), shape));
    return (...inputs) => {
      const known = firstGradients(point, inputs).flatMap((gradient, at) => {
        const weight = directions[at];
        return gradient === null || weight === undefined ? [] : [{ gradient, weight }];
      });
      const gradients = known.map(({ gradient }) => gradient);
      const weights = known.map(({ weight }) => weight);
      return weighted(gradients, weights);
    };
  };
  const secondGradients = (point: Point): readonly (T | null)[] =>
    adapter.vjp(alongDirections(point), inputsOf(point), create([1], []));

  const answerOf = (point: Point, level: Level): Answer => {
    if (level === 'value') return { numbers: [Array.from(adapter.read(functionOf(point)(...inputsOf(point))).data)] };
    const gradients = level === 'first' ? firstGradients(point, inputsOf(point)) : secondGradients(point);
    const numbers = point.inputs.map(({ data }, at) => {
      const gradient = gradients[at] ?? null;
      return gradient === null ? data.map(() => 0) : Array.from(adapter.read(gradient).data);
    });
    return { numbers, unconnected: gradients.includes(null) ? library.unconnected : undefined };
  };

  return {
    ...{ name, setting, precision },
    has: (op) => op in operations,
    answer: (point, level) => tidy(() => attempt(() => answerOf(point, level))),
    check: (point, level) =>
      tidy(() => {
        const fn = level === 'first' ? functionOf(point) : alongDirections(point);
        // Along random directions where one by one would take long: a first gradient is a call in itself.
        const fast = level === 'second' || elementsOf(point) > 20;
        return gradcheck(fn, inputsOf(point), { adapter, raise: false, fast });
      }),
  };
}

function elementsOf({ inputs }: Point): number {
  return inputs.reduce((count, { data }) => count + data.length, 0);
}

/** The answer, or the message of the error. */
export function attempt(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : String(error) };
  }
}
