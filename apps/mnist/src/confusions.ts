/** How often images of one label were taken for another class. */
export interface Confused {
  label: number;
  predicted: number;
  count: number;
}

/** The pairs of classes that were confused, those most often first, from a confusion matrix: rows are labels, columns what their images were taken for. */
export function mostConfused(confusion: readonly (readonly number[])[]): Confused[] {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => count > 0 && predicted !== label)
    .sort((a, b) => b.count - a.count);
}
