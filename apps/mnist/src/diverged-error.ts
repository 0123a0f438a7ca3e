/** Thrown when a loss is no number any more: the steps of training were too long. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}
