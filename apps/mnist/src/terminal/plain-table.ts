import Table from 'cli-table3';

const lines = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
const sides = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];

/**
 * A table without borders and colours, with `gap` blanks between columns and no blanks at the ends of lines. Pass a row for each
 * line: the library is very slow with cells of many lines.
 */
export function plainTable(
  rows: readonly Table.Cell[][],
  { gap, ...options }: { gap: number } & Pick<Table.TableConstructorOptions, 'colWidths' | 'colAligns' | 'wordWrap'>,
): string {
  const table = new Table({
    ...options,
    chars: { ...Object.fromEntries([...lines, ...sides].map((name) => [name, ''])), middle: ' '.repeat(gap) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows);
  return table.toString().replaceAll(/ +$/gm, '');
}
