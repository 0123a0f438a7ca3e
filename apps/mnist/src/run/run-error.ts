/** Thrown for a run folder or a checkpoint that cannot be read, written or gone on from. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/** What an error says, without line breaks, and without the full stop that may follow: to be a part of one line. */
export function oneLine({ message }: Error): string {
  return message.replaceAll(/\s*\n\s*/g, '; ').replace(/\.$/, '');
}
