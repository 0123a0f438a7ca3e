import { Html } from './html.ts';

/** The shades of cells: text on the strongest has a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
const shades = Array.from({ length: 8 }, (_, i) => i + 1)
  .flatMap((shade) => ['right', 'wrong'].map((kind) => [kind, shade] as const))
  .map(
    ([kind, shade]) => `.${kind}${shade} { background: color-mix(in srgb, var(--${kind}) ${8 * shade}%, var(--page)) }`,
  )
  .join('\n');

/** The styles of a report. It is always printed in the light scheme. */
export const styleSheet: Html = new Html(`
:root {
  --page: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d5dbe1; --card: #f5f7f9;
  --training: #0b62b0; --validation: #b8450b; --right: #2f8f4e; --wrong: #e05a00;
  color-scheme: light;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0f1318; --ink: #e6e9ed; --soft: #9aa4af; --line: #2f3740; --card: #181d23;
    --training: #6cb6ff; --validation: #ffa366; --right: #2a8a4c; --wrong: #c9601a;
    color-scheme: dark;
  }
}
* { box-sizing: border-box }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 76rem;
  background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
}
h1, h2, h3, p, figure, dl, ol { margin: 0 }
h1 { font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; margin: 3rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem }
img, svg { max-width: 100%; height: auto }
figcaption, caption { color: var(--soft); font-size: .875rem; text-align: left }
figcaption strong { color: var(--ink) }
.soft { color: var(--soft); font-weight: normal }
.note { padding: .75rem 1rem; background: var(--card); border-left: 4px solid var(--validation) }
.pixels { image-rendering: pixelated }

.figures { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin-top: 1rem }
.figures dt { color: var(--soft); font-size: .875rem }
.figures dd { margin: 0; font-size: 1.25rem; font-weight: 600 }

.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 2rem; max-width: 70rem }
.curves + * { margin-top: 2rem }
.curves svg { width: 100% }
.key::before { content: '● '; color: var(--training) }
.key.validation::before { content: '■ '; color: var(--validation) }
.key { margin-right: .75rem }

.scrolling { overflow: auto; max-width: 100%; max-height: min(42rem, 80vh); width: fit-content }
.classes { margin-top: 1rem; display: flex; flex-wrap: wrap; align-items: start; gap: 1.5rem }
table { border-collapse: separate; border-spacing: 1px; font-size: .875rem; font-variant-numeric: tabular-nums }
caption { padding-bottom: .5rem; white-space: nowrap }
th, td { padding: .2rem .5rem; text-align: right; white-space: nowrap }
th { font-weight: 600; background: var(--page) }
thead th { position: sticky; top: 0; z-index: 1 }
tbody th { position: sticky; left: 0 }
tbody tr > * { border-top: 1px solid var(--line) }
.matrix td, .matrix th { min-width: 2.4rem; padding: .2rem .25rem; text-align: center }
.settings th { text-align: left }
.settings td { text-align: left; white-space: normal; overflow-wrap: anywhere }
${shades}

.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: 1.25rem; padding: 0; margin-top: 1rem; list-style: none }
.mistakes img { width: 100%; max-width: 9rem; border: 1px solid var(--line) }
.ramp { display: inline-flex; flex-wrap: wrap; align-items: center; gap: .4rem }
.ramp img { height: 12px }

@media (max-width: 40rem) {
  body { padding-inline: .75rem }
  th, td { padding-inline: .3rem }
  thead th { white-space: normal; vertical-align: bottom }
  .matrix td, .matrix th { min-width: 0; padding: .2rem .1rem; font-size: .75rem }
  .mistakes { grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)) }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  figure, tr, .figures, .note { break-inside: avoid }
  h2, h3, caption { break-after: avoid }
  .curves { grid-template-columns: 1fr 1fr }
  .scrolling { overflow: visible; max-height: none }
  thead th, tbody th { position: static }
}
`);
