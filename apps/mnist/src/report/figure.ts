import { type Fill, type Html, html } from './html.ts';

/** A drawing under its title, with what is said about it below. */
export function figure(title: string, drawing: Html, caption: Fill = ''): Html {
  return html`<figure>
    <h3>${title}</h3>
    ${drawing} ${caption === '' ? '' : html`<figcaption>${caption}</figcaption>`}
  </figure>`;
}
