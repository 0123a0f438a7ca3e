/** Markup, which is inserted without escaping. */
export interface Html {
  readonly markup: string;
}

/** A value in a template: text, which is escaped, markup, or a list of either. */
export type Fill = Html | string | number | readonly Fill[];

/** A template whose values are escaped, for elements and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...fills: readonly Fill[]): Html {
  return { markup: strings.map((before, i) => before + markup(fills[i] ?? '')).join('') };
}

function markup(fill: Fill): string {
  if (typeof fill === 'string') return fill.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
  if (typeof fill === 'number') return String(fill);
  if ('markup' in fill) return fill.markup;
  return fill.map(markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
