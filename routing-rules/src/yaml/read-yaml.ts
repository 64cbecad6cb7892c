import { LineCounter, parseDocument, type Document, type YAMLError } from 'yaml';
import type { Finding } from '../problem/finding.ts';
import type { Problem } from '../problem/problem.ts';
import { findBadAlias } from './aliases.ts';
import { deepestNesting, findDeepNesting } from './nesting.ts';
import { keyPathAt, sourceFileOf, type SourceFile } from './source-file.ts';

export type YamlReading =
  /** `problems`: what is wrong, but lets the rest be read and checked too, such as a duplicate key. */
  | { readonly kind: 'read'; readonly file: SourceFile; readonly problems: readonly Problem[] }
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] };

// 10,000 routes are about 1 MiB, and a second of parsing.
const longestFile = 2 * 1024 * 1024;
const mostAliasedValues = 1_000;

/** Reads one YAML document, bounded in size, in depth and in what its aliases expand to. */
export function readYaml(text: string, path: string): YamlReading {
  const unsafe = problemBeforeParsing(text, path);
  if (unsafe) return { kind: 'unreadable', problems: [unsafe] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const findings = [...document.errors, ...document.warnings].map((error) => findingOf(document, error));
  if (findings.every(({ code }) => code === 'duplicate-key')) {
    const expanded = expand(document);
    if (expanded.kind === 'value') {
      const file = sourceFileOf({ path, document, lines }, expanded.value);
      return { kind: 'read', file, problems: findings.map(file.locate) };
    }
    findings.push(expanded.finding);
  }
  return { kind: 'unreadable', problems: findings.map(sourceFileOf({ path, document, lines }, undefined).locate) };
}

function problemBeforeParsing(text: string, path: string): Problem | undefined {
  const wholeFile = { file: path, ruleId: undefined, path: '', line: 1, column: 1 };
  if (text.length > longestFile)
    return {
      code: 'file-too-large',
      ...wholeFile,
      message: `The file has ${text.length} characters.`,
      remedy: `Keep it below ${longestFile}; "{rest*}" and parameters save routes.`,
    };
  const place = findDeepNesting(text);
  if (!place) return undefined;
  const message = `The file nests more than ${deepestNesting} levels deep.`;
  return {
    code: 'nested-too-deeply',
    ...wholeFile,
    ...place,
    message,
    remedy: 'Rules need six; look for brackets or dashes that are too many.',
  };
}

function expand(
  document: Document.Parsed,
): { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'refused'; readonly finding: Finding } {
  const badAlias = findBadAlias(document);
  if (badAlias) return { kind: 'refused', finding: badAlias };
  try {
    return { kind: 'value', value: document.toJS({ maxAliasCount: mostAliasedValues }) };
  } catch {
    // All that is left for `toJS` to refuse: aliases of aliases that expand to more than the bound.
    const message = `The aliases stand for more than ${mostAliasedValues} values.`;
    return {
      kind: 'refused',
      finding: { code: 'too-many-aliases', path: [], message, remedy: 'Write the values out.' },
    };
  }
}

// Where the parser's own message speaks of its functions and options.
const sentences: ReadonlyMap<string, string> = new Map([
  ['MULTIPLE_DOCS', 'A second document starts here.'],
  ['NON_STRING_KEY', 'A key must be one word.'],
]);

function findingOf(document: Document.Parsed, { code, message, pos: [offset] }: YAMLError): Finding {
  if (code === 'DUPLICATE_KEY') {
    const path = keyPathAt(document, offset);
    return {
      code: 'duplicate-key',
      path,
      offset,
      message: `"${String(path.at(-1))}" stands here for the second time.`,
      remedy: 'Keep one of the two.',
    };
  }
  const sentence = sentences.get(code) ?? `${message.split('\n', 1)[0] ?? ''}.`.replace(/\.\.$/, '.');
  return {
    code: 'yaml-syntax',
    path: [],
    offset,
    message: sentence,
    remedy: 'Mend the YAML here; the other checks follow then.',
  };
}
