import { MOST_AXES } from '../../array/shape.ts';
import { quote, SafetensorsError } from './error.ts';
import { decode } from './utf8.ts';

/** The entry of a tensor in a header. `begin` and `end` are byte offsets from the end of the header. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The parsed header of a file. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** The key of the metadata, which therefore cannot be the name of a tensor. */
export const METADATA = '__metadata__';

/** The maximum size of a header in bytes, as in the reference implementation: a larger one would only keep the parser busy. */
export const LONGEST_HEADER = 100_000_000;

/**
 * Reads the header of a file, and returns where it ends. The bytes after it are not read, and may be missing.
 *
 *     byte 0 … 7                        8 … 7 + n                      8 + n …
 *          n, uint64 little-endian      the header, JSON in UTF-8      the elements
 */
export function readHeader(bytes: Uint8Array): { header: Header; dataStart: number } {
  if (bytes.length < 8) {
    throw new SafetensorsError(
      `safetensors: not a safetensors file: it has ${bytes.length} bytes, fewer than the 8 that hold the size of the header. Get a new copy`,
    );
  }
  const size = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (size > LONGEST_HEADER) {
    throw new SafetensorsError(
      `safetensors: not a safetensors file, or a broken one: its first 8 bytes announce a header of ${size} bytes, more than the maximum of ${LONGEST_HEADER}. Get a new copy`,
    );
  }
  const dataStart = 8 + Number(size);
  if (dataStart > bytes.length) {
    throw new SafetensorsError(
      `safetensors: truncated: the header has ${size} bytes, but only ${bytes.length - 8} follow the first 8. Get a new copy`,
    );
  }
  return { header: parseHeader(decodeUtf8(bytes.subarray(8, dataStart))), dataStart };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decode(bytes);
  } catch (cause) {
    throw new SafetensorsError('safetensors: broken header: it is not UTF-8. Get a new copy', { cause });
  }
}

/**
 * Parses the JSON of a header. Only this form is allowed:
 *
 *     header      { "__metadata__": { string: string, … }, name: tensor, … }
 *     tensor      { "dtype": string, "shape": [size, …], "data_offsets": [begin, end] }, in any order
 *
 * `JSON.parse` is not suitable: it accepts duplicate keys, it rounds numbers above 2⁵³, and it builds the whole structure, at many times
 * the size of the text, before anything can be checked.
 */
function parseHeader(text: string): Header {
  const metadata = new Map<string, string>();
  const entries = new Map<string, Entry>();
  let at = 0;
  let inside = '';

  const refuse = (fault: string): never => {
    throw new SafetensorsError(
      `safetensors: broken header: ${fault}. Get a new copy, or report it to the author of the file`,
    );
  };

  const fail = (expected: string): never => {
    const found = at < text.length ? quote(text.slice(at, at + 20)) : 'the end';
    return refuse(`at character ${at}${inside}, expected ${expected}, found ${found}`);
  };

  const skipSpaces = (): void => {
    while (at < text.length && ' \n\r\t'.includes(text.charAt(at))) at++;
  };

  const take = (mark: string): boolean => {
    skipSpaces();
    const isThere = text[at] === mark;
    if (isThere) at++;
    return isThere;
  };

  const expect = (mark: string): void => {
    if (!take(mark)) fail(mark);
  };

  const list = (open: string, close: string, item: () => void): void => {
    expect(open);
    if (take(close)) return;
    do item();
    while (take(','));
    if (!take(close)) fail(`, or ${close}`);
  };

  const string = (): string => {
    if (!take('"')) fail('a string');
    const start = at - 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    let result: string | undefined;
    try {
      result = JSON.parse(text.slice(start, at)) as string;
    } catch {
      // Left undefined. Lone surrogates are refused too: they are not valid Unicode, and other readers refuse them.
    }
    if (result === undefined || hasLoneSurrogate(result)) {
      at = start;
      return fail('a complete string, without control characters or lone surrogates');
    }
    return result;
  };

  const whole = (): number => {
    skipSpaces();
    const start = at;
    let result = 0;
    for (; text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) result = 10 * result + Number(text[at]);
    const isPlain = at > start && (text[start] !== '0' || at === start + 1);
    if (!isPlain || !Number.isSafeInteger(result)) {
      at = start;
      fail('a whole number from 0 to 2^53 - 1, written as digits');
    }
    return result;
  };

  const wholes = (): number[] => {
    const result: number[] = [];
    list('[', ']', () => {
      if (result.length === MOST_AXES) fail(`no more than ${MOST_AXES} numbers`);
      result.push(whole());
    });
    return result;
  };

  const object = (member: (key: string) => void): void => {
    const keys = new Set<string>();
    list('{', '}', () => {
      const key = string();
      if (keys.has(key)) refuse(`duplicate key ${quote(key)}${inside}`);
      keys.add(key);
      expect(':');
      member(key);
    });
  };

  const entry = (): Entry => {
    const found: { dtype?: string; shape?: number[]; offsets?: number[] } = {};
    object((key) => {
      if (key === 'dtype') found.dtype = string();
      else if (key === 'shape') found.shape = wholes();
      else if (key === 'data_offsets') found.offsets = wholes();
      else refuse(`unknown key ${quote(key)}${inside}; a tensor has dtype, shape and data_offsets`);
    });
    const { dtype, shape, offsets: [begin, end, ...more] = [] } = found;
    if (dtype === undefined || shape === undefined || begin === undefined || end === undefined || more.length > 0) {
      return refuse(`expected a dtype, a shape and two data_offsets${inside}`);
    }
    return { dtype, shape, begin, end };
  };

  object((key) => {
    inside = `, in ${quote(key)}`;
    if (key === METADATA) {
      object((name) => {
        metadata.set(name, string());
      });
    } else entries.set(key, entry());
    inside = '';
  });
  skipSpaces();
  if (at < text.length) fail('only spaces');
  return { metadata, entries };
}

/** Whether a string contains a lone surrogate, which UTF-8 cannot encode. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
