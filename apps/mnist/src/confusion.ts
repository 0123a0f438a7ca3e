/** A confusion matrix: the number of images of each label (row) that were taken for each class (column). */
export type Confusion = readonly (readonly number[])[];

/** The scores of one class. */
export interface ClassScores {
  label: number;
  /** The percentage of the images taken for this class that belong to it; null when there are none. */
  precision: number | null;
  /** The percentage of the images of this class that were taken for it; null when there are none. */
  recall: number | null;
  /** The harmonic mean of precision and recall, in percent; null when there are no images of either kind. */
  f1: number | null;
  /** The number of images of this class. */
  support: number;
}

/**
 * The scores of each class.
 *
 * With TP of class c on the diagonal: precision = TP / column sum, recall = TP / row sum, F1 = 2 TP / (row sum + column sum).
 */
export function perClass(confusion: Confusion): ClassScores[] {
  return confusion.map((row, label) => {
    const right = row[label] ?? 0;
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, counts) => sum + (counts[label] ?? 0), 0);
    return {
      label,
      precision: percentage(right, predicted),
      recall: percentage(right, support),
      f1: percentage(2 * right, support + predicted),
      support,
    };
  });
}

function percentage(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole;
}

/** The number of images of one label that were taken for one other class. */
export interface Confused {
  label: number;
  predicted: number;
  count: number;
}

/** The pairs of classes that were confused, the most frequent first. */
export function mostConfused(confusion: Confusion): Confused[] {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => count > 0 && predicted !== label)
    .sort((a, b) => b.count - a.count);
}
