import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Fill, type Html, html } from './html.ts';

/** A drawing under its title, with what is said about it below. */
export function figure(title: string, drawing: Html, caption: Fill = ''): Html {
  return html`<figure>
    <h3>${title}</h3>
    ${drawing} ${caption === '' ? '' : html`<figcaption>${caption}</figcaption>`}
  </figure>`;
}

/** What of an SVG element is used here: these sources are checked without the types of a browser. */
interface Svg {
  outerHTML: string;
  setAttribute: (name: string, value: string) => void;
  removeAttribute: (name: string) => void;
  querySelectorAll: (selector: string) => Iterable<Svg>;
}

/** Draws a plot as inline SVG, in the page's colours and font; `description` is what those hear who do not see it. */
export function plot(description: string, options: Plot.PlotOptions): Html {
  const { document } = parseHTML('<html></html>') as { document: unknown };
  const drawn: unknown = Plot.plot({
    width: 440,
    height: 290,
    marginTop: 32,
    marginLeft: 56,
    marginBottom: 42,
    grid: true,
    ...options,
    style: { fontFamily: 'inherit', fontSize: '13px' },
    ...({ document } as object), // whose type is a browser's
  });
  const svg = drawn as Svg;
  // Plot names the parts; in an image there are none, and a reader of screens is told of the whole.
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', description);
  return { markup: svg.outerHTML };
}
