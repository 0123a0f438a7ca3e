/** A confusion matrix: how many images of each label (row) were taken for each class (column). */
export type Confusion = readonly (readonly number[])[];

/** How well one class is told from the others. */
export interface ClassScores {
  label: number;
  /** The share of the images taken for this class that are of it, in percent; null when none was. */
  precision: number | null;
  /** The share of the images of this class that were taken for it, in percent; null when there is none. */
  recall: number | null;
  /** The harmonic mean of precision and recall, in percent; null when there is neither. */
  f1: number | null;
  /** How many images are of this class. */
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

/** How often images of one label were taken for another class. */
export interface Confused {
  label: number;
  predicted: number;
  count: number;
}

/** The pairs of classes that were confused, those most often first. */
export function mostConfused(confusion: Confusion): Confused[] {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => count > 0 && predicted !== label)
    .sort((a, b) => b.count - a.count);
}
