import { isTensor } from '@mg/tensor';

/** The text of a module: its name, what is special to it, and the modules below, indented. */
export function moduleText(
  name: string,
  special: string,
  children: Iterable<readonly [name: string, child: { toString(): string }]>,
): string {
  const below = [...children].map(([key, child]) => `(${key}): ${String(child)}`.replaceAll('\n', '\n  '));
  if (below.length === 0) return `${name}(${special})`;
  const lines = special === '' ? below : [special, ...below];
  return `${name}(\n  ${lines.join('\n  ')}\n)`;
}

/** Options as the text of a module shows them: `kernelSize=[3, 3], bias=true`. */
export function optionsText(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(', ');
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return Array.isArray(value) ? `[${value.map(valueText).join(', ')}]` : String(value);
}

/** The numbers, words and lists of them in the fields of an object, in the order of the fields, and whether it has a bias. */
export function plainFields(object: object): Record<string, unknown> {
  const fields = Object.entries(object).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'bias') return [[name, isTensor(value)] as const];
    return isPlain(value) || (Array.isArray(value) && value.length > 0 && value.every(isPlain))
      ? [[name, value] as const]
      : [];
  });
  return Object.fromEntries(fields);
}

function isPlain(value: unknown): boolean {
  return ['number', 'string', 'boolean'].includes(typeof value);
}
