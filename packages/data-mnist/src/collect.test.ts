import { expect, test } from 'vitest';
import { collect } from './collect.ts';

/** A stream of one-byte chunks that counts the chunks taken. */
function countedStream(chunks: number): { stream: ReadableStream<Uint8Array<ArrayBuffer>>; taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (taken === chunks) controller.close();
        else controller.enqueue(Uint8Array.of(taken++));
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, taken: () => taken };
}

const options = {
  name: 'stream',
  signal: undefined,
  failure: (cause: unknown): Error => new Error('broken', { cause }),
};

test('concatenates chunks, and reports the bytes so far and the total', async () => {
  const told: unknown[] = [];
  const bytes = await collect(countedStream(4).stream, {
    ...options,
    lengthOf: (start) => (start.length < 3 ? undefined : 4),
    onChunk: (...progress) => told.push(progress),
  });
  expect(bytes).toEqual(Uint8Array.of(0, 1, 2, 3));
  expect(told).toEqual([
    [1, undefined],
    [2, undefined],
    [3, 4],
    [4, 4],
  ]);
});

test('stops at the first byte too many, and on abort, though the stream would go on', async () => {
  const long = countedStream(100);
  await expect(collect(long.stream, { ...options, lengthOf: () => 4 })).rejects.toThrow('stream: trailing bytes');
  expect(long.taken()).toBe(5);

  const stopped = countedStream(100);
  const [controller, reason] = [new AbortController(), new Error('enough')];
  const onChunk = (loaded: number): void => {
    if (loaded === 4) controller.abort(reason);
  };
  const collecting = collect(stopped.stream, { ...options, lengthOf: () => 100, signal: controller.signal, onChunk });
  await expect(collecting).rejects.toBe(reason);
  expect(stopped.taken()).toBe(5);
});

test('throws the error from failure if the stream fails', async () => {
  const cause = new Error('why');
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.error(cause);
    },
  });
  await expect(collect(stream, { ...options, lengthOf: () => 4 })).rejects.toThrow(
    expect.objectContaining({ message: 'broken', cause }),
  );
});
