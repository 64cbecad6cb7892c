import { decodeHexPair, isUnreserved, mayStandRaw } from './path-characters.ts';

export type CanonicalPath =
  | { readonly kind: 'canonical'; readonly path: string }
  | { readonly kind: 'ambiguous'; readonly reason: AmbiguityReason };

export const ambiguityReasons = [
  'not-a-path',
  'invalid-percent',
  'encoded-separator',
  'encoded-control',
  'backslash',
  'control-character',
  'not-ascii',
  'dot-segment-parameters',
  'empty-segment-climbed',
  'above-the-root',
] as const;

/** Why two servers could read one path differently; each is answered with 400. */
export type AmbiguityReason = (typeof ambiguityReasons)[number];

const texts: Readonly<Record<AmbiguityReason, string>> = {
  'not-a-path': 'It is not an absolute path (a query, a fragment or a whole address is none).',
  'invalid-percent': 'A percent sign is not followed by two hexadecimal digits.',
  'encoded-separator': 'It hides a separator as %2F or %5C.',
  'encoded-control': 'It hides a control character.',
  backslash: 'It has a backslash, which some servers read as a slash.',
  'control-character': 'It has a control character.',
  'not-ascii': 'It has characters outside ASCII that are not percent-encoded.',
  'dot-segment-parameters': 'It has parameters on an empty or dot segment, such as "..;".',
  'empty-segment-climbed': 'It climbs out of an empty segment ("//.."), which servers resolve in two ways.',
  'above-the-root': 'It climbs above the root.',
};

export function describeAmbiguity(reason: AmbiguityReason): string {
  return texts[reason];
}

/**
 * The one spelling of a request path that is decided on and forwarded.
 *
 * Unreserved characters are decoded and no others, hexadecimal digits are upper-case, dot segments are removed, runs of
 * slashes become one (most servers in front of monoliths do that; a rule must not be dodged by `//trips`), and a trailing
 * slash stays. Whatever two servers could read differently is refused. Idempotent; linear time.
 *
 * @param rawPath - the request target up to the query, as it came
 * @see RFC 3986 6.2.2; CVE-2021-29492 (%2F, %5C), CVE-2026-73551 (`..;`)
 */
export function canonicalisePath(rawPath: string): CanonicalPath {
  if (!rawPath.startsWith('/')) return { kind: 'ambiguous', reason: 'not-a-path' };
  if (isPlain(rawPath)) return { kind: 'canonical', path: rawPath };
  const spelled = spellCharacters(rawPath);
  return spelled.kind === 'ambiguous' ? spelled : resolveSegments(spelled.path);
}

/** The common case: nothing to decode, merge, resolve or refuse. */
function isPlain(path: string): boolean {
  let previous = 0;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    if (!mayStandRaw(code) || (code === slash && previous === slash)) return false;
    if (code === dot && previous === slash) return false;
    previous = code;
  }
  return !path.includes(';');
}

const slash = 0x2f;
const dot = 0x2e;
const percent = 0x25;

function spellCharacters(rawPath: string): CanonicalPath {
  let path = '';
  for (let i = 0; i < rawPath.length; i++) {
    const code = rawPath.charCodeAt(i);
    if (code === percent) {
      const decoded = decodeHexPair(rawPath, i + 1);
      const reason = refusalOfEncoded(decoded);
      if (reason) return { kind: 'ambiguous', reason };
      path += isUnreserved(decoded) ? String.fromCharCode(decoded) : encode(decoded);
      i += 2;
      continue;
    }
    const reason = refusalOfRaw(code);
    if (reason) return { kind: 'ambiguous', reason };
    // '{' and its like: Node's parser lets them through, RFC 3986 does not.
    path += mayStandRaw(code) ? String.fromCharCode(code) : encode(code);
  }
  return { kind: 'canonical', path };
}

function refusalOfEncoded(code: number): AmbiguityReason | undefined {
  if (Number.isNaN(code)) return 'invalid-percent';
  if (code === slash || code === 0x5c) return 'encoded-separator';
  return isControl(code) ? 'encoded-control' : undefined;
}

function refusalOfRaw(code: number): AmbiguityReason | undefined {
  if (isControl(code)) return 'control-character';
  if (code > 0x7f) return 'not-ascii';
  if (code === 0x5c) return 'backslash';
  return code === 0x3f || code === 0x23 ? 'not-a-path' : undefined;
}

function isControl(code: number): boolean {
  return code < 0x20 || code === 0x7f;
}

function encode(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

function resolveSegments(path: string): CanonicalPath {
  const resolved: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    const reason = segment === '..' ? climb(resolved) : refusalOfSegment(segment);
    if (reason) return { kind: 'ambiguous', reason };
    if (segment !== '.' && segment !== '..') resolved.push(segment);
  }
  const named = resolved.filter((segment) => segment !== '');
  const endsOpen = named.length > 0 && isDots(segments.at(-1) ?? '');
  return { kind: 'canonical', path: `/${named.join('/')}${endsOpen ? '/' : ''}` };
}

function climb(resolved: string[]): AmbiguityReason | undefined {
  const left = resolved.pop();
  if (left === undefined) return 'above-the-root';
  return left === '' ? 'empty-segment-climbed' : undefined;
}

function refusalOfSegment(segment: string): AmbiguityReason | undefined {
  const parametersAt = segment.indexOf(';');
  return parametersAt !== -1 && isDots(segment.slice(0, parametersAt)) ? 'dot-segment-parameters' : undefined;
}

function isDots(name: string): boolean {
  return name === '' || name === '.' || name === '..';
}
