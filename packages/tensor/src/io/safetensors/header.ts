import { quote, SafetensorsError } from './error.ts';
import { decode } from './utf8.ts';

/** What a header says of a tensor. `begin` and `end` count bytes from the end of the header. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What stands in front of the elements. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** The key that holds the metadata, and so cannot name a tensor. */
export const METADATA = '__metadata__';

/** How many bytes of text a header may have, by the reference implementation: more would only keep a parser busy. */
export const LONGEST_HEADER = 100_000_000;

/** NumPy's limit. Two bytes of text make an axis, and a file of millions would make any operation on its tensor a slow one. */
export const MOST_AXES = 64;

/**
 * Reads the header of a file, and says where it ends. Of the bytes after it nothing is looked at, and they need not be there.
 *
 *     byte 0 … 7                        8 … 7 + n                      8 + n …
 *          n, uint64 little-endian      the header, JSON in UTF-8      the elements
 */
export function readHeader(bytes: Uint8Array): { header: Header; dataStart: number } {
  if (bytes.length < 8) {
    throw new SafetensorsError(
      `safetensors: not a file: it begins with the size of its header in 8 bytes, and there are ${bytes.length}. Get the file again`,
    );
  }
  const size = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (size > LONGEST_HEADER) {
    throw new SafetensorsError(
      `safetensors: not a file, or a broken one: its first 8 bytes claim a header of ${size} bytes, and the most is ${LONGEST_HEADER}. Get the file again`,
    );
  }
  const dataStart = 8 + Number(size);
  if (dataStart > bytes.length) {
    throw new SafetensorsError(
      `safetensors: cut short: a header of ${size} bytes was to follow the first 8, and ${bytes.length - 8} do. Get the file again`,
    );
  }
  return { header: parseHeader(decodeUtf8(bytes.subarray(8, dataStart))), dataStart };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decode(bytes);
  } catch (cause) {
    throw new SafetensorsError('safetensors: broken header: its bytes are not UTF-8. Get the file again', { cause });
  }
}

/**
 * Reads the JSON of a header, of which nothing else is allowed than
 *
 *     header      { "__metadata__": { string: string, … }, name: tensor, … }
 *     tensor      { "dtype": string, "shape": [size, …], "data_offsets": [begin, end] }, in any order
 *
 * `JSON.parse` would not do: of equal keys it takes the last, it rounds numbers from 2⁵³ on, and it builds whatever stands
 * there, at many times the size of the text, before anyone can look at it.
 */
function parseHeader(text: string): Header {
  const metadata = new Map<string, string>();
  const entries = new Map<string, Entry>();
  let at = 0;
  let inside = '';

  const refuse = (fault: string): never => {
    throw new SafetensorsError(`safetensors: broken header: ${fault}. Get the file again, or ask its writer`);
  };

  const fail = (expected: string): never => {
    const found = at < text.length ? quote(text.slice(at, at + 20)) : 'its end';
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
      // Left undefined, as are halves of characters: they are no Unicode, and other readers refuse them.
    }
    if (result === undefined || hasHalfCharacter(result)) {
      at = start;
      return fail('a string of whole characters, without control characters, that ends');
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
      if (keys.has(key)) refuse(`${quote(key)} stands there twice${inside}, and readers differ in which they take`);
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
      else refuse(`${quote(key)} stands there${inside}, beside what is known: dtype, shape and data_offsets`);
    });
    const { dtype, shape, offsets: [begin, end, ...more] = [] } = found;
    if (dtype === undefined || shape === undefined || begin === undefined || end === undefined || more.length > 0) {
      return refuse(`not just a dtype, a shape and two data_offsets${inside}`);
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
  if (at < text.length) fail('nothing but spaces');
  return { metadata, entries };
}

/** Whether a string holds half of a surrogate pair, which UTF-8 cannot write. */
export function hasHalfCharacter(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
