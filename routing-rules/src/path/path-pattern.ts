import { decodeSegment } from './path-segments.ts';

export type PatternSegment =
  | { readonly kind: 'literal'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  /** Only as the last one; stands for zero or more segments. */
  | { readonly kind: 'tail'; readonly name: string };

export type PatternReading =
  | { readonly kind: 'pattern'; readonly segments: readonly PatternSegment[] }
  | { readonly kind: 'bad'; readonly message: string; readonly remedy: string };

type BadPattern = Extract<PatternReading, { kind: 'bad' }>;
type SegmentReading = PatternSegment | BadPattern;

const parameterName = /^[a-z]\w*$/i;
const longestPattern = 16;

/** Reads `/trips/{tripId}/start` or `/users/{rest*}`. */
export function parsePathPattern(text: string): PatternReading {
  if (text === '/') return { kind: 'pattern', segments: [] };
  if (!text.startsWith('/')) return bad(`"${text}" does not start with a slash.`, `Write "/${text}".`);
  if (text.endsWith('/'))
    return bad(`"${text}" ends with a slash.`, 'Leave it out; requests match with and without it.');
  const segments: PatternSegment[] = [];
  for (const part of text.slice(1).split('/')) {
    const segment = parseSegment(part, text);
    if (segment.kind === 'bad') return segment;
    segments.push(segment);
  }
  return problemOfWhole(segments, text) ?? { kind: 'pattern', segments };
}

export function parameterNames(segments: readonly PatternSegment[]): readonly string[] {
  return segments.filter(({ kind }) => kind !== 'literal').map(({ name }) => name);
}

function parseSegment(part: string, text: string): SegmentReading {
  if (part.startsWith('{') && part.endsWith('}')) return parseParameter(part, text);
  if (part.startsWith(':'))
    return bad(`"${part}" in "${text}" is not how parameters are written.`, `Write "{${part.slice(1)}}".`);
  if (part === '*' || part === '**')
    return bad(`"${part}" in "${text}" has no name.`, 'Write "{rest*}" as the last segment.');
  if (/[{}*]/.test(part))
    return bad(
      `"${part}" in "${text}" mixes text and a parameter.`,
      'A parameter is a whole segment, such as {tripId}.',
    );
  const name = decodeSegment(part);
  if (!isForwardable(name) || /[\s?#;\\]|%(?![0-9a-f]{2})/i.test(part))
    return bad(
      `"${part}" in "${text}" is a segment that no request has.`,
      'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.',
    );
  return { kind: 'literal', name };
}

function parseParameter(part: string, text: string): SegmentReading {
  const inner = part.slice(1, -1);
  const isTail = inner.endsWith('*');
  const name = isTail ? inner.slice(0, -1) : inner;
  if (parameterName.test(name)) return { kind: isTail ? 'tail' : 'parameter', name };
  return bad(
    `"${part}" in "${text}" is no parameter.`,
    'A name is letters, digits and underscores and starts with a letter.',
  );
}

/** Canonical paths never have such a segment, so a pattern with one would never match. */
function isForwardable(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[\\/]/.test(name) && !hasControl(name);
}

function hasControl(name: string): boolean {
  return Array.from(name).some((character) => character < ' ' || character === '\u007f');
}

function problemOfWhole(segments: readonly PatternSegment[], text: string): BadPattern | undefined {
  const names = parameterNames(segments);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    return bad(`"${text}" names the parameter "${twice}" twice.`, 'Give each parameter its own name.');
  if (segments.slice(0, -1).some(({ kind }) => kind === 'tail'))
    return bad(`"${text}" goes on after the rest of the path.`, 'Put "{rest*}" last.');
  if (segments.length > longestPattern)
    return bad(
      `"${text}" has ${segments.length} segments.`,
      `Use at most ${longestPattern}; "{rest*}" stands for any number.`,
    );
  return undefined;
}

function bad(message: string, remedy: string): BadPattern {
  return { kind: 'bad', message, remedy };
}
