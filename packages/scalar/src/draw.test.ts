import { instance } from '@viz-js/viz';
import { describe, expect, test } from 'vitest';
import { toDot, toMermaid, value } from './index.ts';

const viz = await instance();

/** The texts in the rendered drawing, line by line, with XML's escapes undone. */
function texts(dot: string): string[] {
  return [...viz.renderString(dot, { format: 'svg' }).matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text = '']) =>
    text
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&amp;/g, '&'),
  );
}

/** Text that would end the label early, or render differently, without escapes. */
const hostile = ['a"b', 'back\\slash', '\\N', 'a&lt;b', '<b>&"', '#quot;', 'x"]; y -->', '`*md*`', 'π ≤ 3', 'end'];

describe('toDot', () => {
  test('draws labels, data, gradients and operations', () => {
    const x = value(3, { label: 'x' });
    const y = x.mul(x).add(1);
    y.label = 'y';
    y.backward();
    expect(texts(toDot(y)).sort()).toEqual(
      ['x', 'data 3', 'grad 6', 'mul', 'data 9', 'grad 1', 'add', 'y', 'data 10', 'grad 1'].sort(),
    );
  });

  test('draws an arrow for every use: two from x to x * x', () => {
    const x = value(3);
    expect(toDot(x.mul(x)).match(/value0 -> value1_op/g)).toHaveLength(2);
    const svg = viz.renderString(toDot(x.mul(x)), { format: 'svg' });
    expect(svg.match(/class="edge"/g)).toHaveLength(3);
  });

  test.each(hostile)('draws the label %j as it is', (label) => {
    expect(texts(toDot(value(1, { label }).exp()))).toContain(label);
  });

  test('draws the lines of a label below each other', () => {
    expect(texts(toDot(value(1, { label: 'two\nlines' })))).toEqual(['two', 'lines', 'data 1', 'grad 0']);
  });

  test('draws numbers with four digits, and NaN and infinities', () => {
    const x = value(1 / 3);
    x.grad = NaN;
    expect(texts(toDot(x))).toEqual(['data 0.3333', 'grad NaN']);
    expect(texts(toDot(value(-Infinity)))[0]).toBe('data -Infinity');
    expect(texts(toDot(value(123456789)))[0]).toBe('data 123500000');
  });
});

describe('toMermaid', () => {
  test('draws labels, data, gradients and operations', () => {
    const x = value(3, { label: 'x' });
    const y = x.mul(x);
    y.backward();
    expect(toMermaid(y)).toBe(
      [
        'flowchart LR',
        '  value0["x<br>data 3<br>grad 6"]',
        '  value1["data 9<br>grad 1"]',
        '  value1_op(["mul"])',
        '  value0 --> value1_op',
        '  value0 --> value1_op',
        '  value1_op --> value1',
        '',
      ].join('\n'),
    );
  });

  test.each(hostile)('escapes the label %j so that it can be read back', (label) => {
    const [, text = ''] = /value0\["(.*)<br>data/.exec(toMermaid(value(1, { label }))) ?? [];
    expect(text).not.toMatch(/["<>&`*\\[\]]/);
    expect(text.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))).toBe(label);
  });
});
