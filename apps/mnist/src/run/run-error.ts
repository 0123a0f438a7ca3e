/** Thrown for a run folder or a checkpoint that cannot be read, written or gone on from. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
