import { dot, largest, type Vector } from './vector.ts';

/** A point on the line: its distance from the start, the loss and the gradient there, and the slope along the direction. */
interface Point {
  readonly length: number;
  readonly loss: number;
  readonly gradient: Vector;
  readonly slope: number;
}

/** The line, and what is known at its start. */
interface Line {
  /** The length to try first. */
  readonly length: number;
  readonly direction: Vector;
  readonly loss: number;
  readonly gradient: Vector;
  /** The slope at the start, which is below 0. */
  readonly descent: number;
  readonly toleranceChange: number;
}

const mostEvaluations = 25;
/** The share of the descent that the loss has to fall by, and that of the slope that may be left. */
const [enoughFall, enoughFlat] = [1e-4, 0.9];

/**
 * Searches a line for a point where the loss has fallen enough, and the slope is flat enough: the strong conditions of Wolfe. First brackets such a point,
 * then narrows the bracket by cubic interpolation, in the order of PyTorch's search.
 *
 * @param evaluate - the loss and the gradient at a distance from the start
 */
export function strongWolfe(
  evaluate: (length: number) => { loss: number; gradient: Vector },
  { length, direction, loss, gradient, descent, toleranceChange }: Line,
): { loss: number; gradient: Vector; length: number; evaluations: number } {
  let evaluations = 0;
  const at = (distance: number): Point => {
    evaluations++;
    const found = evaluate(distance);
    return { length: distance, ...found, slope: dot(found.gradient, direction) };
  };
  const isTooHigh = (point: Point): boolean => point.loss > loss + enoughFall * point.length * descent;
  const isFlat = (point: Point): boolean => Math.abs(point.slope) <= -enoughFlat * descent;

  const start: Point = { length: 0, loss, gradient, slope: descent };
  let before = start;
  let point = at(length);
  let bracket: [Point, Point] | null = null;
  while (evaluations <= mostEvaluations) {
    if (isTooHigh(point) || (evaluations > 2 && point.loss >= before.loss)) bracket = [before, point];
    else if (isFlat(point)) return { ...point, evaluations };
    else if (point.slope >= 0) bracket = [before, point];
    if (bracket !== null) break;
    const bounds = [point.length + 0.01 * (point.length - before.length), point.length * 10] as const;
    const next = cubicMinimum(before, point, bounds);
    before = point;
    point = at(next);
  }
  bracket ??= [start, point];

  const width = largest(direction);
  let [low, high] = ordered(bracket);
  let isSlow = false;
  while (evaluations <= mostEvaluations) {
    const [least, most] = [Math.min(low.length, high.length), Math.max(low.length, high.length)];
    if ((most - least) * width < toleranceChange) break;
    let next = cubicMinimum(...bracket, [least, most]);
    const margin = 0.1 * (most - least);
    if (Math.min(most - next, next - least) < margin) {
      // Close to an end, for the second time or beyond it: stay away from it.
      if (isSlow || next >= most || next <= least) {
        next = Math.abs(next - most) < Math.abs(next - least) ? most - margin : least + margin;
        isSlow = false;
      } else isSlow = true;
    } else isSlow = false;

    point = at(next);
    const isFirstLow: boolean = bracket[0] === low;
    if (isTooHigh(point) || point.loss >= low.loss) {
      bracket = isFirstLow ? [low, point] : [point, low];
      [low, high] = ordered(bracket);
      continue;
    }
    if (isFlat(point)) return { ...point, evaluations };
    if (point.slope * (high.length - low.length) >= 0) high = low;
    low = point;
    bracket = isFirstLow ? [low, high] : [high, low];
  }
  return { ...low, evaluations };
}

/** The point with the lower loss, and the other one. */
function ordered([first, second]: readonly [Point, Point]): [low: Point, high: Point] {
  return first.loss <= second.loss ? [first, second] : [second, first];
}

/** Where the cubic through two points with these slopes is lowest, within bounds. */
function cubicMinimum(a: Point, b: Point, [least, most]: readonly [number, number]): number {
  const between = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.length - b.length);
  const square = between * between - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const root = Math.sqrt(square);
  const [left, right] = a.length <= b.length ? [a, b] : [b, a];
  const share = (right.slope + root - between) / (right.slope - left.slope + 2 * root);
  return Math.min(Math.max(right.length - (right.length - left.length) * share, least), most);
}
