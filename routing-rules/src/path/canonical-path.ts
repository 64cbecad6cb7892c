import type { AmbiguityReason, PathAllowance } from './path-ambiguity.ts';
import { decodeHexPair, isUnreserved, mayStandRaw } from './path-characters.ts';
import type { CanonicalPath, PathReading, ReadPath } from './path-reading.ts';
import { resolveSegments } from './resolve-segments.ts';

/**
 * The one spelling of a request path that is decided on and forwarded, for a route that allows nothing out of the ordinary.
 *
 * @param rawPath - the request target up to the query, as it came
 */
export function canonicalisePath(rawPath: string): CanonicalPath {
  const reading = readPath(rawPath);
  return reading.kind === 'read' ? settlePath(reading, nothing) : reading;
}

const nothing: readonly PathAllowance[] = Object.freeze([]);

/**
 * Reads a path once, in a lenient way.
 *
 * Unreserved characters are decoded and no others, hexadecimal digits are upper-case, dot segments are removed, runs of
 * slashes become one (most servers in front of monoliths do that; a rule must not be dodged by `//trips`), and a trailing
 * slash stays. What two servers could read differently is written down in `needs`. Idempotent; linear time.
 *
 * @see RFC 3986 6.2.2; CVE-2021-29492 (%2F, %5C), CVE-2026-73551 (`..;`); RFC 3629 3 (overlong UTF-8)
 */
export function readPath(rawPath: string): PathReading {
  if (!rawPath.startsWith('/')) return { kind: 'ambiguous', reason: 'not-a-path' };
  if (isPlain(rawPath)) return { kind: 'read', path: rawPath, spacedPath: rawPath, needs: nothing };
  const needs = new Set<PathAllowance>();
  const spelled = spellCharacters(rawPath, needs);
  return spelled.kind === 'ambiguous' ? spelled : resolveSegments(spelled.path, needs);
}

/** The path for a route that allows these readings: what is decided on and, byte for byte, what is forwarded. */
export function settlePath({ path, spacedPath, needs }: ReadPath, allowed: readonly PathAllowance[]): CanonicalPath {
  for (const reason of needs) if (!allowed.includes(reason)) return { kind: 'ambiguous', reason };
  return { kind: 'canonical', path: allowed.includes('empty-segments') ? spacedPath : path };
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
const backslash = 0x5c;
const dot = 0x2e;
const percent = 0x25;

function spellCharacters(rawPath: string, needs: Set<PathAllowance>): CanonicalPath {
  let path = '';
  for (let i = 0; i < rawPath.length; i++) {
    const code = rawPath.charCodeAt(i);
    if (code === percent) {
      const decoded = decodeHexPair(rawPath, i + 1);
      if (Number.isNaN(decoded)) return { kind: 'ambiguous', reason: 'invalid-percent' };
      noteEncoded(decoded, needs);
      path += isUnreserved(decoded) ? String.fromCharCode(decoded) : encode(decoded);
      i += 2;
      continue;
    }
    const reason = refusalOfRaw(code);
    if (reason) return { kind: 'ambiguous', reason };
    if (code === backslash) needs.add('backslash');
    // '{' and its like: Node's parser lets them through, RFC 3986 does not.
    path += mayStandRaw(code) ? String.fromCharCode(code) : encode(code);
  }
  return { kind: 'canonical', path };
}

function noteEncoded(code: number, needs: Set<PathAllowance>): void {
  if (code === slash) needs.add('encoded-separator');
  else if (code === backslash) needs.add('backslash');
  else if (isControl(code)) needs.add('encoded-control');
}

function refusalOfRaw(code: number): AmbiguityReason | undefined {
  if (isControl(code)) return 'control-character';
  if (code > 0x7f) return 'not-ascii';
  return code === 0x3f || code === 0x23 ? 'not-a-path' : undefined;
}

function isControl(code: number): boolean {
  return code < 0x20 || code === 0x7f;
}

function encode(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
