import { isAlias, isMap, isScalar, isSeq, visit, type Document, type LineCounter, type Node, type Pair } from 'yaml';
import { formatKeyPath, type Finding, type KeyPath } from '../problem/finding.ts';
import type { Problem } from '../problem/problem.ts';

/** A parsed YAML file that knows where everything stands. */
export interface SourceFile {
  readonly value: unknown;
  /** Gives a finding its line, its column and the title of the rule that it is about. */
  readonly locate: (finding: Finding) => Problem;
}

export interface ParsedYaml {
  readonly path: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

type Step = Pair | Node;

export function sourceFileOf(parsed: ParsedYaml, value: unknown): SourceFile {
  return { value, locate: (finding) => locate(finding, parsed, value) };
}

function locate(finding: Finding, { path, document, lines }: ParsedYaml, value: unknown): Problem {
  const { line, col } = lines.linePos(finding.offset ?? offsetOf(document, finding));
  return {
    code: finding.code,
    file: path,
    ruleId: titleOf(value, finding.path),
    path: formatKeyPath(finding.path),
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    message: finding.message,
    remedy: finding.remedy,
  };
}

/** Path of the map key that starts at `offset`, for problems of the YAML parser, which knows offsets only. */
export function keyPathAt(document: Document.Parsed, offset: number): KeyPath {
  let found: KeyPath = [];
  visit(document, {
    Pair(_index, pair, ancestors) {
      if (!isScalar(pair.key) || pair.key.range?.[0] !== offset) return undefined;
      found = [...ancestors, pair].flatMap((node, depth, path) =>
        stepInto(node as Step, path[depth - 1] as Step | undefined),
      );
      return visit.BREAK;
    },
  });
  return found;
}

function stepInto(node: Step, parent: Step | undefined): KeyPath {
  if (isSeq(parent)) return [parent.items.indexOf(node)];
  return 'key' in node && isScalar(node.key) ? [String(node.key.value)] : [];
}

function offsetOf(document: Document.Parsed, { path, isAboutKey = false }: Finding): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const entry = entryAt(isAlias(node) ? node.resolve(document) : node, step);
    const isKeyMeant = isAboutKey && depth === path.length - 1;
    const start = startOf(isKeyMeant ? entry.key : entry.value) ?? startOf(entry.key);
    // What is missing is pointed at where it should stand: in the deepest part that exists.
    if (start === undefined) return offset;
    offset = start;
    node = entry.value;
  }
  return offset;
}

function entryAt(container: unknown, step: string | number): { readonly key?: unknown; readonly value?: unknown } {
  if (isSeq(container)) return { value: typeof step === 'number' ? container.items[step] : undefined };
  if (!isMap(container)) return {};
  // The last of two equal keys is the one whose value counts.
  return container.items.findLast(({ key }) => isScalar(key) && String(key.value) === step) ?? {};
}

function startOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range?.[0] : undefined;
}

/** Id or name of the list element, or the key in the map, that a path leads into. */
function titleOf(value: unknown, [section, entry]: KeyPath): string | undefined {
  if (typeof entry === 'string') return section === 'defaults' || section === undefined ? undefined : entry;
  if (section === undefined || entry === undefined) return undefined;
  const element = childOf(childOf(value, section), entry);
  const title = childOf(element, 'id') ?? childOf(element, 'name');
  return typeof title === 'string' ? title : undefined;
}

function childOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string | number, unknown>>)[key]
    : undefined;
}
