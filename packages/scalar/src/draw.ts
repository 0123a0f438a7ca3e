import { topologicalOrder, type Value } from './value.ts';

/**
 * Draws the graph that ends in `root` in the language of Graphviz: a box for each node, with its label, data and grad, and an
 * ellipse for the operation that computed it.
 *
 * ```ts
 * import { toDot, value } from '@mg/scalar';
 *
 * const y = value(3, { label: 'x' }).exp();
 * y.backward();
 * toDot(y).includes('label="x\\ndata 3\\ngrad 20.09"'); // => true
 * ```
 */
export function toDot(root: Value): string {
  const { boxes, operations, arrows } = graph(root);
  return [
    'digraph {',
    '  rankdir=LR',
    ...boxes.map(({ id, lines }) => `  ${id} [shape=box label="${lines.map(escapeDot).join('\\n')}"]`),
    ...operations.map(({ id, op }) => `  ${id} [label="${escapeDot(op)}"]`),
    ...arrows.map(([from, to]) => `  ${from} -> ${to}`),
    '}',
    '',
  ].join('\n');
}

/**
 * Draws the same graph in the language of Mermaid, which GitHub and many editors render in Markdown.
 *
 * ```ts
 * import { toMermaid, value } from '@mg/scalar';
 *
 * toMermaid(value(3).exp()).split('\n')[0]; // => flowchart LR
 * ```
 */
export function toMermaid(root: Value): string {
  const { boxes, operations, arrows } = graph(root);
  return [
    'flowchart LR',
    ...boxes.map(({ id, lines }) => `  ${id}["${lines.map(escapeMermaid).join('<br>')}"]`),
    ...operations.map(({ id, op }) => `  ${id}(["${escapeMermaid(op)}"])`),
    ...arrows.map(([from, to]) => `  ${from} --> ${to}`),
    '',
  ].join('\n');
}

/** The parts of a drawing, for both languages. */
interface Graph {
  readonly boxes: readonly { id: string; lines: readonly string[] }[];
  readonly operations: readonly { id: string; op: string }[];
  readonly arrows: readonly (readonly [from: string, to: string])[];
}

function graph(root: Value): Graph {
  const nodes = topologicalOrder(root);
  const ids = new Map(nodes.map((node, i) => [node, `value${i}`]));
  const id = (node: Value) => ids.get(node) ?? '';
  const made = nodes.filter(({ op }) => op !== '');
  return {
    boxes: nodes.map((node) => ({
      id: id(node),
      lines: [...(node.label ? [node.label] : []), `data ${short(node.data)}`, `grad ${short(node.grad)}`],
    })),
    operations: made.map((node) => ({ id: `${id(node)}_op`, op: node.op })),
    arrows: made.flatMap((node) => [
      ...node.inputs.map((input) => [id(input), `${id(node)}_op`] as const),
      [`${id(node)}_op`, id(node)] as const,
    ]),
  };
}

/** A number with four significant digits. */
function short(x: number): string {
  return String(Number(x.toPrecision(4)));
}

/** Escapes the characters that Graphviz interprets: quotation marks, backslashes, line ends and HTML's `&name;`. */
function escapeDot(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(/&/g, '&amp;').replace(/\r?\n/g, '\\n');
}

/** Escapes text for Mermaid, which interprets HTML and Markdown but accepts any character as `#code;`. */
function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:+-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
