/** Text that is markup already: it goes into a page as it is. */
export interface Html {
  readonly markup: string;
}

/** What can stand in a gap of a template: text, which is escaped, or markup, or a list of either. */
export type Fill = Html | string | number | readonly Fill[];

/** A template whose gaps are escaped, for elements and for quoted attributes. */
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
