import { expect, test } from 'vitest';
import { html } from './html.ts';

test('text is escaped in elements and attributes, markup is not', () => {
  const text = `<b> & "c" 'd' & <e>`;
  const inner = html`<i title="${text}">${text}</i>`;
  const escaped = '&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; &amp; &lt;e&gt;';
  expect(inner.markup).toBe(`<i title="${escaped}">${escaped}</i>`);
  expect(html`<p>${inner}</p>`.markup).toBe(`<p>${inner.markup}</p>`);
});

test('lists follow one another, at any depth, and numbers are as they are', () => {
  expect(html`${[1, '<', [html`<br />`, 0]]}${''}.`.markup).toBe('1&lt;<br />0.');
});

test('an object that looks like markup is not inserted', () => {
  const alien = JSON.parse('{ "markup": "<script>" }') as string;
  expect(() => html`${alien}`).toThrow(TypeError);
});

test('controls of direction are written out', () => {
  expect(html`<p title="${'\u202e'}">${'a\u2066\n'}</p>`.markup).toBe('<p title="\\u202e">a\\u2066\\u000a</p>');
});
