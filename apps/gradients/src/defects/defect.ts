import { type Verdict } from '../judge.ts';
import { type Finding } from '../run.ts';
import { type Level } from '../points.ts';

/** One thing to mend in a library, with all answers that come of it. */
export interface Defect {
  /** The settings that have it, by the names of the columns. */
  readonly libraries: readonly string[];
  readonly title: string;
  /** What is expected, what comes, and why, where that is known. */
  readonly text: string;
  /** Which answers it explains: those of these operations, on these levels and of these kinds of points, or on all. */
  readonly operations: readonly string[];
  readonly levels?: readonly Level[];
  readonly kinds?: readonly string[];
  readonly verdicts?: readonly Verdict[];
  /** At most eight lines in the library's own words, whose `// =>` say what comes. The tests run them. */
  readonly snippet: string;
}

/** Whether a defect explains what was found. */
export function explains(defect: Defect, { library, point, level, judgement }: Finding): boolean {
  const { libraries, operations, levels, kinds, verdicts } = defect;
  return (
    libraries.includes(library.name) &&
    operations.includes(point.op) &&
    (levels?.includes(level) ?? true) &&
    (kinds?.includes(point.kind) ?? true) &&
    (verdicts?.includes(judgement.verdict) ?? true)
  );
}
