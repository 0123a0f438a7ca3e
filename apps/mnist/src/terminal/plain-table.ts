import Table from 'cli-table3';

const lines = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
const sides = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];

/**
 * The rows one below the other, without lines or colours of the table's own, `gap` blanks between two columns and none at
 * a line's end. Give each line a row: the library is very slow with cells of many lines.
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
