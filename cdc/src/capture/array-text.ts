import type { ColumnValue } from '../event/change-event.ts';

/** Postgres' text of an array, as a tree of its elements' texts. */
type ArrayTree = readonly (string | null | ArrayTree)[];

/**
 * Reads `{1,NULL,"a \"b\"",{…}}`, with any bounds in front (`[0:1]={…}`).
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 *
 * @returns undefined when the text is no array
 */
export function readArray(
  text: string,
  readElement: (text: string) => ColumnValue,
): readonly ColumnValue[] | undefined {
  const start = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  const parsed = parseLevel(text, start);
  return parsed?.end === text.length ? convert(parsed.tree, readElement) : undefined;
}

function convert(tree: ArrayTree, readElement: (text: string) => ColumnValue): readonly ColumnValue[] {
  return tree.map((node) =>
    typeof node === 'string' ? readElement(node) : node === null ? null : convert(node, readElement),
  );
}

interface Parsed<T> {
  readonly tree: T;
  /** Offset after what was read. */
  readonly end: number;
}

function parseLevel(text: string, start: number): Parsed<ArrayTree> | undefined {
  if (text[start] !== '{') return undefined;
  if (text[start + 1] === '}') return { tree: [], end: start + 2 };
  const nodes: (string | null | ArrayTree)[] = [];
  let offset = start;
  // `{` and every `,` are followed by an element, `}` ends the level.
  do {
    const node = parseNode(text, offset + 1);
    if (!node) return undefined;
    nodes.push(node.tree);
    offset = node.end;
  } while (text[offset] === ',');
  return text[offset] === '}' ? { tree: nodes, end: offset + 1 } : undefined;
}

const quoted = /"((?:[^"\\]|\\.)*)"/sy;
const bare = /[^{}",\\]+/y;

function parseNode(text: string, start: number): Parsed<string | null | ArrayTree> | undefined {
  if (text[start] === '{') return parseLevel(text, start);
  const pattern = text[start] === '"' ? quoted : bare;
  pattern.lastIndex = start;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const inside = match[1];
  const end = start + match[0].length;
  if (inside !== undefined) return { tree: inside.replace(/\\(.)/gs, '$1'), end };
  return { tree: match[0] === 'NULL' ? null : match[0], end };
}
