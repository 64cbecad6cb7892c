/** Quotes any name, whatever its letters: the tables of a source are not ours to rename. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes `schema.table`; the schema ends at the first dot. */
export function quoteTable(table: string): string {
  const dot = table.indexOf('.');
  return `${quoteName(table.slice(0, dot))}.${quoteName(table.slice(dot + 1))}`;
}

/** The slot and the publication of a source. */
export function replicationNameOf(source: string): string {
  return `banyan_${source}`;
}
