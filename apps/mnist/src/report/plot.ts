import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Fill, Html, html } from './html.ts';

/** A drawing with its title and caption. */
export function figure(title: string, drawing: Html, caption: Fill = ''): Html {
  return html`<figure>
    <h3>${title}</h3>
    ${drawing} ${caption === '' ? '' : html`<figcaption>${caption}</figcaption>`}
  </figure>`;
}

/** The part of an SVG element that is used here: these sources are checked without the types of a browser. */
interface Svg {
  outerHTML: string;
  setAttribute: (name: string, value: string) => void;
  removeAttribute: (name: string) => void;
  querySelectorAll: (selector: string) => Iterable<Svg>;
}

/** Draws a plot as inline SVG in the page's colours and font; `description` is for screen readers. */
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
    ...({ document } as object), // which has a type of the browser
  });
  const svg = drawn as Svg;
  // Plot labels the parts; an image has one label, for the whole.
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', description);
  return new Html(svg.outerHTML);
}
