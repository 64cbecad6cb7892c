/** The first column is text, the others are figures, unless `textColumns` names more of them. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns: readonly number[] = [0],
): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = `|${heads.map((_, index) => (textColumns.includes(index) ? '---' : '--:')).join('|')}|`;
  return [line(heads), rule, ...rows.map(line)];
}
