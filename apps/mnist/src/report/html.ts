import { printable } from '../format.ts';

/** Markup, which is inserted without escaping. A class, so that no object from a file can pass for it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** A value in a template: text, which is escaped, markup, or a list of either. */
export type Fill = Html | string | number | readonly Fill[];

/** A template whose values are escaped, for elements and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...fills: readonly Fill[]): Html {
  return new Html(strings.map((before, i) => before + markup(fills[i] ?? '')).join(''));
}

function markup(fill: Fill): string {
  if (typeof fill === 'string') return printable(fill).replaceAll(/[&<>"']/g, (c) => entities[c] ?? '');
  if (typeof fill === 'number') return String(fill);
  return fill instanceof Html ? fill.markup : fill.map(markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
