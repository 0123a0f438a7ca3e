import { type GradcheckReport } from '@mg/gradcheck';
import { judge, type Judgement } from './judge.ts';
import { type Answer, type Library } from './library.ts';
import { jax } from './libraries/jax.ts';
import { ourScalars } from './libraries/scalar.ts';
import { ourTensors } from './libraries/tensor.ts';
import { tensorflow } from './libraries/tfjs.ts';
import { type TensorFlow } from './libraries/tfjs-bundle.ts';
import { type Level, levels, type Point, points } from './points.ts';

/** What one library answered at one point on one level, and what that is worth. */
export interface Finding {
  readonly library: Library;
  readonly point: Point;
  readonly level: Level;
  readonly answer: Answer;
  readonly judgement: Judgement;
  /** The verdict of finite differences: at ordinary points, for gradients; for second ones at the first of them. Null where they were not asked. */
  readonly differences: GradcheckReport | { readonly thrown: string } | null;
}

/** Every library that takes part, in the order of the page. */
export async function libraries(tf: TensorFlow): Promise<readonly Library[]> {
  return [
    ourTensors('float32'),
    ourTensors('float64'),
    ourScalars,
    tensorflow(tf),
    await jax('wasm', 'float32'),
    await jax('cpu', 'float64'),
  ];
}

/** Asks every library at every point of the table, and judges; finite differences are asked where `isChecked` says so. */
export function run(all: readonly Library[], isChecked: (library: Library, point: Point) => boolean): Finding[] {
  return all.flatMap((library) =>
    points.flatMap((point) => findings(library, point, isChecked(library, point) ? differences : () => null)),
  );
}

function findings(library: Library, point: Point, check: typeof differences): Finding[] {
  if (!library.has(point.op)) return [];
  return levels.flatMap((level) => {
    const answer = library.answer(point, level);
    if (answer === null) return [];
    const judgement = judge(point, level, answer, library.precision);
    return [{ library, point, level, answer, judgement, differences: check(library, point, level) }];
  });
}

function differences(library: Library, point: Point, level: Level): Finding['differences'] {
  if (level === 'value' || point.kind !== 'ordinary') return null;
  if (level === 'second' && !isFirstOfItsOperation(point)) return null;
  try {
    return library.check(point, level);
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : String(error) };
  }
}

function isFirstOfItsOperation(point: Point): boolean {
  return points.find(({ op }) => op === point.op) === point;
}
