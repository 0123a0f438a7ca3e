import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BytePairTokenizer,
  type BytePairTokenizerJson,
  ByteTokenizer,
  CharTokenizer,
  type CharTokenizerJson,
} from '@mg/data';

/** Texts of any characters, well-formed. */
const texts = fc.string({ unit: 'binary' });
const reread = <T>(value: { toJSON(): T }): T => JSON.parse(JSON.stringify(value)) as T;

describe('round trips', () => {
  test('of characters, for any text, with halves of surrogate pairs too', () => {
    const units = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(fc.oneof(texts, units), fc.string(), (text, other) => {
        const tokenizer = CharTokenizer.train([other, text]);
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
        const restored = CharTokenizer.fromJSON(reread(tokenizer));
        expect(restored.encode(text)).toEqual(tokenizer.encode(text));
      }),
    );
  });

  test('of bytes and byte pairs, for any text, whatever they were trained on', () => {
    const bytes = new ByteTokenizer();
    const words = fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' ', '1', '\n', '😀', '.', '\ufeff') });
    fc.assert(
      fc.property(fc.oneof(texts, words), words, fc.integer({ min: 256, max: 300 }), (text, training, size) => {
        expect(bytes.decode(bytes.encode(text))).toBe(text);
        const pairs = BytePairTokenizer.train([training, text, training], { size });
        expect(pairs.decode(pairs.encode(text))).toBe(text);
        expect(pairs.encode(text).length).toBeLessThanOrEqual(bytes.encode(text).length);
        const restored = BytePairTokenizer.fromJSON(reread(pairs));
        expect(restored.encode(text)).toEqual(pairs.encode(text));
        expect(restored.size).toBe(pairs.size);
      }),
    );
  });
});

describe('byte pairs', () => {
  test('are learned as by the plain algorithm, the most frequent first, of equals the smaller', () => {
    const parts = ['ab', 'ba', 'abc', 'c', ' ', 'aa'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts)), fc.nat(12), (pieces, most) => {
        const text = pieces.join('');
        const tokenizer = BytePairTokenizer.train(text, { size: 256 + most });
        expect(tokenizer.toJSON().merges).toEqual(plainMerges(text, most));
      }),
    );
  });

  /** Counts all pairs anew for each merge. */
  function plainMerges(text: string, most: number): number[][] {
    let words = [...text.matchAll(/ ?[a-z]+|\s+/g)].map(([word]) => [...Buffer.from(word)]);
    const learned: number[][] = [];
    while (learned.length < most) {
      const counts = new Map<string, number>();
      for (const word of words) {
        for (let i = 0; i + 1 < word.length; i++) {
          const key = `${word[i] ?? 0} ${word[i + 1] ?? 0}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
      const [best] = [...counts]
        .filter(([, count]) => count > 1)
        .map(([key, count]) => [key.split(' ').map(Number), count] as const)
        .sort(([a, m], [b, n]) => n - m || (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
      if (best === undefined) break;
      const [left, right] = best[0];
      const token = 256 + learned.length;
      words = words.map((word) => {
        const result: number[] = [];
        for (let i = 0; i < word.length; i++) {
          if (word[i] === left && word[i + 1] === right) {
            result.push(token);
            i++;
          } else result.push(word[i] ?? 0);
        }
        return result;
      });
      learned.push([...best[0]]);
    }
    return learned;
  }

  test('no token crosses the border of a word', () => {
    const tokenizer = BytePairTokenizer.train('ab ab ab, ab, 12 12 '.repeat(20), { size: 300 });
    const pieces = Array.from(tokenizer.encode('ab ab, 12'), (token) => tokenizer.decode([token]));
    expect(pieces).toEqual(['ab', ' ab', ',', ' 12']);
  });

  test('errors', () => {
    expect(() => BytePairTokenizer.train('a', { size: 255 })).toThrow(
      'size is 255; expected an integer of at least 256',
    );
    expect(() => BytePairTokenizer.train('a\ud800', { size: 256 })).toThrow('half a surrogate pair at 1');
    expect(() => new BytePairTokenizer([]).encode('\udc00')).toThrow('half a surrogate pair at 0');
    expect(() => new BytePairTokenizer([]).decode([256])).toThrow(
      'the token is 256; expected an integer from 0 to 255',
    );
    expect(() => new BytePairTokenizer([[97, 256]])).toThrow('BytePairTokenizer: the token is 256');
    expect(() => BytePairTokenizer.fromJSON({ type: 'char' } as unknown as BytePairTokenizerJson)).toThrow(TypeError);
    expect(() =>
      BytePairTokenizer.fromJSON({ type: 'byte-pair', merges: [[1]] } as unknown as BytePairTokenizerJson),
    ).toThrow(TypeError);
  });
});

describe('bytes', () => {
  test('half a character becomes the replacement character', () => {
    expect(new ByteTokenizer().decode([0xc3])).toBe('\ufffd');
  });

  test('errors', () => {
    expect(() => new ByteTokenizer().encode('ab\ud83d')).toThrow(
      'ByteTokenizer.encode: the text has half a surrogate pair at 2',
    );
    expect(() => new ByteTokenizer().decode([1, 256])).toThrow(
      'ByteTokenizer.decode: the token is 256; expected an integer from 0 to 255',
    );
    expect(() => new ByteTokenizer().encode(3 as unknown as string)).toThrow('got 3; expected a text');
  });
});

describe('characters', () => {
  test('an unknown one is an error that names it, or stands for others', () => {
    const plain = new CharTokenizer('ab');
    expect(() => plain.encode('b😀')).toThrow('the character "😀" at 1 is not in the vocabulary');
    expect(() => plain.encode('😀')).toThrow(RangeError);
    const added = new CharTokenizer('ab', { unknown: '?' });
    expect([added.size, added.decode(added.encode('b😀'))]).toEqual([3, 'b?']);
    const present = CharTokenizer.train('a?', { unknown: '?' });
    expect([present.size, present.decode(present.encode('xa'))]).toEqual([2, '?a']);
    expect(CharTokenizer.fromJSON(reread(added)).decode([2, 0])).toBe('?a');
  });

  test('errors', () => {
    expect(() => new CharTokenizer(['ab'])).toThrow('"ab" is not one character');
    expect(() => new CharTokenizer('aba')).toThrow('"a" is in the vocabulary twice');
    expect(() => new CharTokenizer('a', { unknown: '' })).toThrow('"" is not one character');
    expect(() => new CharTokenizer('a').decode([1])).toThrow('the token is 1; expected an integer from 0 to 0');
    expect(() => CharTokenizer.fromJSON({ type: 'byte-pair' } as unknown as CharTokenizerJson)).toThrow(TypeError);
    expect(() => CharTokenizer.train([3 as unknown as string])).toThrow('CharTokenizer.train: got 3; expected a text');
  });
});
