import { type Precision } from '@mg/gradcheck';
import { type Answer } from './library.ts';
import { cotangent, direction, type Level, type Numbers, type Point } from './points.ts';

/**
 * What an answer is worth.
 *
 * - `right`: as PyTorch's, to the precision of the library;
 * - `convention`: another choice than PyTorch's where mathematics leaves one;
 * - `limit`: an error that says that the library has no gradient for this operation;
 * - `off`: the first digit agrees, or more, but not as many as the precision has;
 * - `wrong`: another number; `nan`: NaN where there is a number; `throws`: an error.
 */
export type Verdict = 'right' | 'convention' | 'limit' | 'off' | 'wrong' | 'nan' | 'throws';

/** From best to worst. */
export const verdicts: readonly Verdict[] = ['right', 'convention', 'limit', 'off', 'wrong', 'nan', 'throws'];

/** What an answer is worth, and by how much it is off. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The largest error, as a part of the largest number of the answer; Infinity where the verdict is beyond measure. */
  readonly error: number;
  /** The first number that is worst: what it should be, and what it is. */
  readonly expected: number;
  readonly found: number;
}

/** What answers may differ by: `relative · |expected| + absolute · scale`. */
export const tolerances: Readonly<Record<Precision, { readonly relative: number; readonly absolute: number }>> = {
  float32: { relative: 1e-5, absolute: 1e-6 },
  float64: { relative: 1e-10, absolute: 1e-12 },
};

/** A float32 library may be off by so many times what PyTorch in float32 is off by, where that is more. */
export const allowance = 4;

/** What is off by less than this part of itself is imprecise; what is off by more is wrong. */
const offBelow = 0.1;

/** What differs by less is the same choice, imprecisely. */
const otherChoice = 1e-3;

const smallest: Readonly<Record<Precision, number>> = { float32: 2 ** -126, float64: 2 ** -1022 };

/**
 * Judges what a library answers at a point against PyTorch's number.
 *
 * The scale is, for the value of an elementwise operation, each number's own size; for other values the largest number of the
 * result; for gradients that, and at least 1, the size of what they are made from: a gradient of sigmoid that is 10⁻⁹ may come as 0
 * where 1 − y is below the last place of 1. Where PyTorch has NaN there is nothing to compare, and anything is right.
 */
export function judge(point: Point, level: Level, answer: Answer, precision: Precision): Judgement {
  if ('thrown' in answer) return thrown(answer.thrown);
  if (level !== 'value' && point.choice.free === true) return right;
  const worst = worstOf(point, level, answer.numbers, precision);
  if (!isDefect(worst.verdict)) return worst;
  if (worst.error > otherChoice && isAnotherChoice(point, level, answer.numbers))
    return { ...worst, verdict: 'convention' };
  return answer.unconnected === undefined ? worst : thrown(answer.unconnected);
}

/** Whether there is something to mend. */
export function isDefect(verdict: Verdict): boolean {
  return !['right', 'convention', 'limit'].includes(verdict);
}

/** The message of a library that has no gradient for an operation, and says so. */
const unregistered = /gradient function not found for \w+/;

function thrown(message: string): Judgement {
  const verdict = unregistered.test(message) ? 'limit' : 'throws';
  return { verdict, error: Infinity, expected: NaN, found: NaN };
}

const right: Judgement = { verdict: 'right', error: 0, expected: NaN, found: NaN };

function worstOf(point: Point, level: Level, found: Numbers, precision: Precision): Judgement {
  const { elementwise, [level]: expected } = point;
  const theirs = precision === 'float32' ? point.single[level] : undefined;
  const round = precision === 'float32' ? Math.fround : (x: number) => x;
  let worst = right;
  for (const [part, list] of expected.entries()) {
    const largest = Math.max(0, ...list.filter(Number.isFinite).map(Math.abs));
    for (const [at, ideal] of list.entries()) {
      const size = elementwise ? Math.abs(ideal) : largest;
      const numbers = { expected: round(ideal), found: found[part]?.[at] ?? NaN, single: theirs?.[part]?.[at] };
      const sizes = { own: size, scale: Math.max(size, level === 'value' ? 0 : 1), largest };
      const each = judgeOne(numbers, sizes, precision);
      if (isWorse(each, worst)) worst = each;
    }
  }
  const hasShape = expected.every((list, part) => found[part]?.length === list.length);
  return hasShape ? worst : { ...worst, verdict: 'wrong', error: Infinity };
}

function isWorse(a: Judgement, b: Judgement): boolean {
  const [rankA, rankB] = [verdicts.indexOf(a.verdict), verdicts.indexOf(b.verdict)];
  return rankA > rankB || (rankA === rankB && a.error > b.error);
}

interface Compared {
  readonly expected: number;
  readonly found: number;
  /** What PyTorch answers in float32, if that is off. */
  readonly single: number | undefined;
}

/** What an error is compared with: to be called wrong, to be allowed, and to be reported. */
interface Sizes {
  readonly own: number;
  readonly scale: number;
  readonly largest: number;
}

function judgeOne({ expected, found, single }: Compared, sizes: Sizes, precision: Precision): Judgement {
  const { own, scale, largest } = sizes;
  const isSame = expected === found || Number.isNaN(expected);
  // Where PyTorch in float32 has no number either, or a wrong one, nobody is asked for one.
  const isExcused = single !== undefined && !(Math.abs(single - expected) <= offBelow * own);
  if (isSame || isExcused) return { ...right, expected, found };
  if (Number.isNaN(found)) return { verdict: 'nan', error: Infinity, expected, found };
  if (!Number.isFinite(expected) || !Number.isFinite(found)) {
    return { verdict: 'wrong', error: Infinity, expected, found };
  }
  const { relative, absolute } = tolerances[precision];
  const theirs = single === undefined ? 0 : allowance * Math.abs(single - expected);
  const allowed = Math.max(relative * Math.abs(expected) + absolute * scale, theirs, smallest[precision]);
  const distance = Math.abs(found - expected);
  const verdict = distance <= allowed ? 'right' : distance <= offBelow * own ? 'off' : 'wrong';
  return { verdict, error: distance / (largest === 0 ? 1 : largest), expected, found };
}

/**
 * Whether a gradient is another subgradient than PyTorch's, another of two one-sided second derivatives, or NaN for a second
 * derivative that does not exist: also right.
 */
function isAnotherChoice({ choice, first }: Point, level: Level, found: Numbers): boolean {
  const { between, bend, kink, shared } = choice;
  if (level === 'second' && kink === true) return found.flat().every((x) => Number.isNaN(x) || x === 0);
  const slopes = level === 'first' ? between : bend;
  if (slopes !== undefined) {
    // Such points have one element in their result, and so one cotangent; the second gradient is multiplied by its direction too.
    const [weight = NaN] = cotangent(1);
    const ends = slopes.map((slope) => slope * weight * (level === 'first' ? 1 : (direction(1)[0] ?? NaN)));
    const [low, high] = [Math.min(...ends) - 1e-6, Math.max(...ends) + 1e-6];
    return found.every((list) => list.every((x) => x >= low && x <= high));
  }
  if (level === 'first' && shared === true) {
    const total = (lists: Numbers): number => lists.flat().reduce((a, b) => a + b, 0);
    return found.flat().every((x) => x >= 0) && Math.abs(total(found) - total(first)) <= 1e-6;
  }
  return false;
}
