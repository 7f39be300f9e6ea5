// Rows of text as columns of a terminal.

/** Each column as wide as its widest cell; one line per row. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columnCount = Math.max(...rows.map((cells) => cells.length));
  const widths = Array.from({ length: columnCount }, (_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
