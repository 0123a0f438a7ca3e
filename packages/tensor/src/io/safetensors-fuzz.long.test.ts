import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type * as dtypeModule from '../array/dtype.ts';
import { loadSafetensors, safetensorsMetadata } from './safetensors.ts';
import { SafetensorsError } from './safetensors/error.ts';
import { propertyRuns } from '../../fixtures/property-runs.ts';

/** `pnpm mutations` asks for more. */
const { MUTATIONS } = process.env;
const count = Number(MUTATIONS ?? propertyRuns(50).numRuns);

/** Elements are allocated in one place: what passes through it is counted. */
const allocated = vi.hoisted(() => ({ bytes: 0 }));

vi.mock('../array/dtype.ts', async (importOriginal) => {
  const original = await importOriginal<typeof dtypeModule>();
  return {
    ...original,
    allocate(...args: Parameters<typeof original.allocate>) {
      const array = original.allocate(...args);
      allocated.bytes += array.byteLength;
      return array;
    },
  };
});

type Read = (view: DataView, at: number) => number;

/** Bytes an element, the array that it is read into, and its number: the definition once more, slowly and in plain arithmetic. */
const stored: Record<string, [number, 'float64' | 'float32' | 'int32' | 'uint8' | 'bool', Read]> = {
  F64: [8, 'float64', (view, at) => view.getFloat64(at, true)],
  F32: [4, 'float32', (view, at) => view.getFloat32(at, true)],
  F16: [2, 'float32', (view, at) => half(view.getUint8(at) + 256 * view.getUint8(at + 1))],
  BF16: [2, 'float32', (view, at) => Float32Array.of(bfloat(view.getUint8(at) + 256 * view.getUint8(at + 1)))[0] ?? 0],
  I64: [8, 'int32', (view, at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)],
  U64: [8, 'int32', (view, at) => view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)],
  I32: [4, 'int32', (view, at) => view.getInt32(at, true)],
  U32: [4, 'int32', (view, at) => view.getUint32(at, true)],
  I16: [2, 'int32', (view, at) => view.getUint8(at) + 256 * view.getInt8(at + 1)],
  U16: [2, 'int32', (view, at) => view.getUint8(at) + 256 * view.getUint8(at + 1)],
  I8: [1, 'int32', (view, at) => view.getInt8(at)],
  U8: [1, 'uint8', (view, at) => view.getUint8(at)],
  BOOL: [1, 'bool', (view, at) => Number(view.getUint8(at) !== 0)],
};

function half(bits: number): number {
  return ieee(bits, 5, 10);
}

function bfloat(bits: number): number {
  return ieee(bits, 8, 7);
}

/** The number of a sign, an exponent and a fraction of so many bits. */
function ieee(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = Math.floor((bits % 0x8000) / 2 ** fractionBits);
  const fraction = (bits % 2 ** fractionBits) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

interface Expected {
  metadata: [string, unknown][];
  tensors: { name: string; dtype: string; shape: number[]; numbers: number[] }[];
}

/** What is in a file by the definition; 'header' for one that breaks the rules, 'number' for one that int32 does not hold. */
function contentOf(bytes: Uint8Array): Expected | 'header' | 'number' {
  if (bytes.length < 8) return 'header';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getBigUint64(0, true);
  if (size > 100_000_000n || size > BigInt(bytes.length - 8)) return 'header';
  const dataStart = 8 + Number(size);
  const length = bytes.length - dataStart;

  const raw = Buffer.from(bytes.subarray(8, dataStart));
  const text = raw.toString();
  if (!Buffer.from(text).equals(raw)) return 'header';
  const header = parse(text);
  if (!isObject(header)) return 'header';
  // Each member has a colon, and a number is plain when it is the same as a BigInt.
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (bare.split(':').length - 1 !== countKeys(header)) return 'header';
  for (const number of bare.match(/[-+.\deE]*\d[-+.\deE]*/g) ?? []) {
    if (!/^\d+$/.test(number) || BigInt(number) >= 2n ** 53n) return 'header';
  }

  const expected: Expected = { metadata: [], tensors: [] };
  const spans: [number, number][] = [];
  let fits = true;
  for (const [name, entry] of Object.entries(header)) {
    if (!isObject(entry) || !isWhole(name)) return 'header';
    if (name === '__metadata__') {
      expected.metadata = Object.entries(entry);
      if (!expected.metadata.flat().every((each) => typeof each === 'string' && isWhole(each))) return 'header';
      continue;
    }
    if (Object.keys(entry).sort().join() !== 'data_offsets,dtype,shape') return 'header';
    const { dtype, shape, data_offsets: offsets } = entry;
    if (typeof dtype !== 'string' || !Object.hasOwn(stored, dtype) || !isNumbers(shape) || !isNumbers(offsets)) {
      return 'header';
    }
    const [width, ours, read] = stored[dtype] ?? [0, 'bool', () => 0];
    const [begin = 0, end = 0] = offsets;
    const counts = shape.map((_, axis) =>
      shape.slice(0, axis + 1).reduce((product, each) => product * BigInt(each), 1n),
    );
    if (offsets.length !== 2 || shape.length > 64 || counts.some((count) => count >= 2n ** 53n)) return 'header';
    if (BigInt(end) - BigInt(begin) !== (counts.at(-1) ?? 1n) * BigInt(width) || end > length) return 'header';
    spans.push([begin, end]);
    const numbers = Array.from({ length: (end - begin) / width }, (_, i) => read(view, dataStart + begin + width * i));
    if (ours === 'int32' && numbers.some((number) => number !== Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), number)))) {
      fits = false;
    }
    expected.tensors.push({ name, dtype: ours, shape, numbers });
  }
  for (let at = 0; at < length; at++) {
    if (spans.filter(([begin, end]) => begin <= at && at < end).length !== 1) return 'header';
  }
  if (spans.some(([empty, end]) => empty === end && spans.some(([a, b]) => a < empty && empty < b))) return 'header';
  return fits ? expected : 'number';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(x: unknown): x is Record<string, unknown> {
  return typeof x === 'object' && x !== null && !Array.isArray(x);
}

function isNumbers(x: unknown): x is number[] {
  return Array.isArray(x) && x.every((each) => typeof each === 'number');
}

function isWhole(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

function countKeys(x: unknown): number {
  if (typeof x !== 'object' || x === null) return 0;
  const values = Object.values(x);
  return (Array.isArray(x) ? 0 : values.length) + values.reduce<number>((sum, each) => sum + countKeys(each), 0);
}

/** A file whose header is still text. */
interface Draft {
  text: string;
  data: number[];
}

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'fc.weight', '', '__proto__', 'é', '"', '\\', '😀', '1') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);

const piece = fc
  .record({
    name,
    dtype: fc.constantFrom(...Object.keys(stored)),
    shape: fc.array(fc.constantFrom(0, 1, 2, 3, 3), { maxLength: 3 }),
    // Numbers that fit int32 from any width, often.
    seed: fc.constantFrom(0, 0, 1, 77),
    at: fc.nat(9),
  })
  .map(({ dtype, shape, seed, ...rest }) => {
    const [width] = stored[dtype] ?? [0];
    const length = shape.reduce((product, size) => product * size, width);
    const data = Array.from({ length }, (_, i) => (seed === 0 && i % width > 1 ? 0 : (seed * i + 7 * i + seed) % 256));
    return { dtype, shape, data, ...rest };
  });

const file = fc
  .record({
    pieces: fc.uniqueArray(piece, { maxLength: 4, selector: (each) => each.name }),
    metadata: fc.option(fc.dictionary(name, name, { maxKeys: 2 })),
    padding: fc.nat(3),
  })
  .map(({ pieces, metadata, padding }): Draft => {
    const data: number[] = [];
    const members = [...pieces]
      .sort((a, b) => a.at - b.at)
      .map((each) => {
        const begin = data.length;
        data.push(...each.data);
        const entry = { dtype: each.dtype, shape: each.shape, data_offsets: [begin, data.length] };
        return { name: each.name, member: `${JSON.stringify(each.name)}:${JSON.stringify(entry)}` };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ member }) => member);
    if (metadata !== null) members.push(`"__metadata__":${JSON.stringify(metadata)}`);
    return { text: `{${members.join(',')}}${' '.repeat(padding)}`, data };
  });

/** Replaces the one of all matches that `which` chooses. */
function replaceOne(text: string, pattern: RegExp, which: number, by: (match: string) => string): string {
  const matches = [...text.matchAll(pattern)];
  const match = matches[which % Math.max(1, matches.length)];
  if (match === undefined) return text;
  return text.slice(0, match.index) + by(match[0]) + text.slice(match.index + match[0].length);
}

const numbers = /(?<=[[,])\d+(?=[\],])/g;
const members = /"(?:[^"\\]|\\.)*":(?:\{[^{}]*\}|\[[^\]]*\]|"(?:[^"\\]|\\.)*")/g;
const otherNumbers = [
  '0',
  '1',
  '2',
  '4',
  '8',
  '64',
  '-1',
  '01',
  '1.0',
  '1e1',
  '9007199254740991',
  '9007199254740993',
  ' 3 ',
];
const otherNames = [
  '"a"',
  '"\\u0061"',
  '"__metadata__"',
  '"shape"',
  '"F8_E4M3"',
  '"C64"',
  '"\\ud800"',
  '"F32"',
  '"I64"',
  'null',
];

/** Edits of the header that mostly keep it JSON; the size in front of it follows. */
const edits: Record<string, (text: string, which: number, to: number) => string> = {
  number: (text, which, to) => replaceOne(text, numbers, which, () => otherNumbers[to % otherNumbers.length] ?? ''),
  shift: (text, which, to) =>
    replaceOne(text, numbers, which, (match) => String(Math.max(0, Number(match) + (to % 9) - 4))),
  swap: (text, which, to) => {
    const offsets = [...text.matchAll(/\[\d+,\d+\]\}/g)].map(([match]) => match);
    const [a = '', b = ''] = [offsets[which % (offsets.length || 1)], offsets[to % (offsets.length || 1)]];
    return text.replace(a, '@').replace(b, a).replace('@', b);
  },
  axis: (text, which, to) =>
    replaceOne(
      text,
      /"shape":\[/g,
      which,
      (match) => match + (['1,', '0,', '1,'.repeat(64), '94906267,94906267,'][to % 4] ?? ''),
    ),
  slide: (text, which, to) =>
    replaceOne(text, /\d+,\d+(?=\]\})/g, which, (match) =>
      match.replace(/\d+/g, (offset) => String(Number(offset) + (to % 5))),
    ),
  twin: (text, which) => replaceOne(text, members, which, (match) => `${match},${match.replace('"', '"twin of ')}`),
  dtype: (text, which, to) => replaceOne(text, /(?<="dtype":")\w+/g, which, () => Object.keys(stored)[to % 13] ?? ''),
  name: (text, which, to) =>
    replaceOne(text, /"(?:[^"\\]|\\.)*"/g, which, () => otherNames[to % otherNames.length] ?? ''),
  twice: (text, which) => replaceOne(text, members, which, (match) => `${match},${match}`),
  omit: (text, which) => replaceOne(text, new RegExp(`(?:${members.source}),`, 'g'), which, () => ''),
  space: (text, which, to) =>
    replaceOne(text, /[{}[\]:,]/g, which, (match) => `${[' ', '\n\t', '\r', '\u00a0'][to % 4] ?? ''}${match}`),
  mark: (text, which, to) => replaceOne(text, /[{}[\]:,"]/g, which, () => '{}[]:,"'.charAt(to % 8)),
};

/** Edits of the finished bytes. */
const damages: Record<string, (bytes: number[], which: number, to: number) => number[]> = {
  set: (bytes, which, to) => bytes.map((byte, i) => (i === which % bytes.length ? to % 256 : byte)),
  flip: (bytes, which, to) => bytes.map((byte, i) => (i === which % bytes.length ? byte ^ (1 << (to % 8)) : byte)),
  cut: (bytes, which) => bytes.slice(0, which % (bytes.length + 1)),
  insert: (bytes, which, to) => bytes.toSpliced(which % (bytes.length + 1), 0, to % 256),
  remove: (bytes, which) => bytes.toSpliced(which % (bytes.length + 1), 1),
  append: (bytes, _, to) => [...bytes, to % 256],
  size: (bytes, which, to) => bytes.map((byte, i) => (i === which % 8 ? to % 256 : byte)),
  swap: (bytes, which, to) => {
    const [i, j] = [which % (bytes.length || 1), to % (bytes.length || 1)];
    return bytes.map((byte, at) => (at === i ? bytes[j] : at === j ? bytes[i] : byte) ?? 0);
  },
};

const how = { which: fc.nat(2 ** 16), to: fc.nat(2 ** 16) };
const edit = fc.record({ kind: fc.constantFrom(...Object.keys(edits)), ...how });
const damage = fc.record({ kind: fc.constantFrom(...Object.keys(damages)), ...how });
const some = { maxLength: 2 };

function assemble({ text, data }: Draft): number[] {
  const header = Buffer.from(text);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return [...size, ...header, ...data];
}

/** What the tests have seen: how often files were read, and how often refused for what. */
const outcomes = new Map<string, number>();

/** What each fault is called, by the words of its message. */
const faults: Record<string, RegExp> = {
  'no 8 bytes': /not a safetensors file: it has/,
  'gigantic header': /announce a header of/,
  'truncated header': /truncated: the header/,
  'not UTF-8': /not UTF-8/,
  'not the JSON of a header': /broken header: at character/,
  'keys that are missing, or unknown': /expected a dtype, a shape|unknown key/,
  'key twice': /duplicate key/,
  'unknown dtype': /has the unsupported dtype/,
  'too many elements': /more than 2\^53/,
  'offsets that do not fit the shape': /but its data_offsets are/,
  'truncated elements': /truncated: ".*" has bytes/s,
  overlap: /overlaps with/,
  gap: /leaves a gap/,
  'trailing bytes': /trailing bytes/,
  'does not fit int32': /does not fit int32/,
};

function refusal(bytes: Uint8Array): string {
  try {
    loadSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    expect(error.message.length).toBeLessThan(700);
    const [fault] = Object.entries(faults).find(([, words]) => words.test(error.message)) ?? [];
    if (fault !== undefined) return fault;
    throw new Error('a message of no known fault', { cause: error });
  }
  throw new Error('it was read, and should have been refused');
}

function check(bytes: Uint8Array): void {
  const content = contentOf(bytes);
  allocated.bytes = 0;
  if (typeof content === 'string') {
    const fault = refusal(bytes);
    expect(fault === 'does not fit int32').toBe(content === 'number');
    // Numbers are looked at while they are read; all else before.
    if (content === 'header') expect(allocated.bytes).toBe(0);
    outcomes.set(fault, (outcomes.get(fault) ?? 0) + 1);
  } else {
    const tensors = loadSafetensors(bytes);
    expect(Object.keys(tensors)).toHaveLength(content.tensors.length);
    for (const { name, dtype, shape, numbers } of content.tensors) {
      const { [name]: tensor } = tensors;
      if (tensor === undefined) throw new Error(`${name} is missing`);
      expect([tensor.dtype, tensor.shape.join()]).toEqual([dtype, shape.join()]);
      const isSame =
        tensor.data.length === numbers.length && numbers.every((number, i) => Object.is(tensor.data[i], number));
      if (!isSame) expect([...tensor.data]).toEqual(numbers);
    }
    expect(new Map(Object.entries(safetensorsMetadata(bytes)))).toEqual(new Map(content.metadata));
    outcomes.set('read', (outcomes.get('read') ?? 0) + 1);
  }
  expect(allocated.bytes).toBeLessThanOrEqual(4 * bytes.length);
}

test(`${count} mutated files: the right tensors, or a SafetensorsError`, () => {
  fc.assert(
    fc.property(
      file,
      fc.array(edit, some),
      fc.oneof(fc.constant([]), fc.array(damage, some)),
      fc.boolean(),
      (draft, textEdits, byteEdits, isOdd) => {
        const text = textEdits.reduce(
          (edited, { kind, which, to }) => edits[kind]?.(edited, which, to) ?? edited,
          draft.text,
        );
        const whole = assemble({ ...draft, text });
        const bytes = byteEdits.reduce(
          (damaged, { kind, which, to }) => damages[kind]?.(damaged, which, to) ?? damaged,
          whole,
        );
        check(isOdd ? Uint8Array.from([7, ...bytes]).subarray(1) : Uint8Array.from(bytes));
      },
    ),
    { seed: 6, numRuns: count },
  );
  const seen = [...outcomes].sort(([, a], [, b]) => b - a);
  if (MUTATIONS !== undefined)
    console.log(`${count} files:\n${seen.map(([what, count]) => `${count} ${what}`).join('\n')}`);
  expect(outcomes.get('read')).toBeGreaterThan(count / 10);
  // Every fault was met.
  expect(seen.map(([what]) => what).sort()).toEqual(['read', ...Object.keys(faults)].sort());
});
