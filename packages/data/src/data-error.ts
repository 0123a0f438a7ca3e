/** Thrown for data that do not fit: a cell that is not a number, items of different shapes, a damaged picture. */
export class DataError extends RangeError {
  override readonly name = 'DataError';
}
