import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdxError, parseIdx } from '@mg/data-mnist';

const elementBytes: Record<number, number> = { 0x08: 1, 0x09: 1, 0x0b: 2, 0x0c: 4, 0x0d: 4, 0x0e: 8 };

/** The definition once more, slowly and with exact integers: the sizes of a well-formed file, or undefined. */
function shapeOf(bytes: number[]): number[] | undefined {
  const [first, second, code = -1, ndim = 0] = bytes;
  const width = elementBytes[code];
  if (first !== 0 || second !== 0 || width === undefined || ndim === 0 || bytes.length < 4 + 4 * ndim) return undefined;
  const shape = Array.from({ length: ndim }, (_, axis) =>
    bytes.slice(4 + 4 * axis, 8 + 4 * axis).reduce((size, byte) => size * 256 + byte, 0),
  );
  const elements = shape.reduce((product, size) => product * BigInt(size), 1n);
  return BigInt(bytes.length) === BigInt(4 + 4 * ndim) + elements * BigInt(width) ? shape : undefined;
}

const file = fc
  .record({
    code: fc.constantFrom(0x08, 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
  })
  .chain(({ code, shape }) => {
    const length = shape.reduce((product, size) => product * size, elementBytes[code] ?? 0);
    const header = [0, 0, code, shape.length, ...shape.flatMap((size) => [0, 0, 0, size])];
    return fc
      .array(fc.nat(255), { minLength: length, maxLength: length })
      .map((elements) => ({ bytes: [...header, ...elements], header: header.length }));
  });

const mutation = fc.oneof(
  fc.record({ kind: fc.constant('set'), at: fc.nat(23), to: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x80, 255)) }),
  fc.record({ kind: fc.constant('cut'), at: fc.nat(100), to: fc.constant(0) }),
  fc.record({ kind: fc.constant('insert'), at: fc.nat(100), to: fc.nat(255) }),
  fc.record({ kind: fc.constant('remove'), at: fc.nat(23), to: fc.constant(0) }),
  fc.record({ kind: fc.constant('append'), at: fc.constant(0), to: fc.nat(255) }),
);

function mutate(bytes: number[], { kind, at, to }: { kind: string; at: number; to: number }): number[] {
  if (kind === 'set') return bytes.map((byte, i) => (i === at ? to : byte));
  if (kind === 'cut') return bytes.slice(0, at);
  if (kind === 'append') return [...bytes, to];
  return kind === 'insert' ? bytes.toSpliced(at, 0, to) : bytes.toSpliced(at, 1);
}

test('20,000 mutated files: the right array, or an IdxError', () => {
  let [right, refused] = [0, 0];
  fc.assert(
    fc.property(file, fc.array(mutation, { maxLength: 3 }), fc.boolean(), (original, mutations, garbled) => {
      const mutated = mutations.reduce(mutate, original.bytes);
      // Every other file arrives at an odd address, where a view of wider elements would throw.
      const bytes = garbled ? Uint8Array.from([7, ...mutated]).subarray(1) : Uint8Array.from(mutated);
      const shape = shapeOf(mutated);
      if (shape === undefined) {
        refused++;
        expect(() => parseIdx(bytes)).toThrow(IdxError);
        return;
      }
      right++;
      const array = parseIdx(bytes);
      expect(array.shape).toEqual(shape);
      const elements = mutated.slice(4 + 4 * shape.length);
      const back = Array.from({ length: array.data.length }, (_, i) => bigEndian(array.data, i)).flat();
      if (back.every((byte) => !Number.isNaN(byte))) expect(back).toEqual(elements);
    }),
    { numRuns: 20_000 },
  );
  expect(Math.min(right, refused)).toBeGreaterThan(2_000);
});

/** The bytes that element `i` was made of; NaN for a NaN, whose bits JavaScript need not keep. */
function bigEndian(data: ReturnType<typeof parseIdx>['data'], i: number): number[] {
  const value = data[i] ?? NaN;
  const width = data.BYTES_PER_ELEMENT;
  if (Number.isNaN(value)) return Array<number>(width).fill(NaN);
  const bytes = new Uint8Array(data.slice(i, i + 1).buffer);
  return [...bytes].reverse();
}
