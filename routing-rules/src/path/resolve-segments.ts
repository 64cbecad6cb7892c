import type { PathAllowance } from './path-ambiguity.ts';
import type { PathReading } from './path-reading.ts';

/** Removes dot segments as RFC 3986 5.2.4 does, and notes in `needs` what other servers would resolve differently. */
export function resolveSegments(path: string, needs: Set<PathAllowance>): PathReading {
  const resolved: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') {
      const left = resolved.pop();
      if (left === undefined) return { kind: 'ambiguous', reason: 'above-the-root' };
      if (left === '') needs.add('empty-segments');
    } else if (segment !== '.') {
      noteSegment(segment, needs);
      resolved.push(segment);
    }
  }
  const last = segments.at(-1) ?? '';
  const merged = mergedPath(resolved, isDots(last));
  const spaced = path.includes('//') ? spacedPath(resolved, last !== '' && isDots(last)) : merged;
  return { kind: 'read', path: merged, spacedPath: spaced, needs: [...needs] };
}

function mergedPath(resolved: readonly string[], endsOpen: boolean): string {
  const named = resolved.filter((segment) => segment !== '');
  return `/${named.join('/')}${endsOpen && named.length > 0 ? '/' : ''}`;
}

/** Slashes at the very start are one all the same: `//host/x` is a server's address to many a URL parser. */
function spacedPath(resolved: readonly string[], endsOpen: boolean): string {
  const start = resolved.findIndex((segment) => segment !== '');
  return start === -1 ? '/' : `/${resolved.slice(start).join('/')}${endsOpen ? '/' : ''}`;
}

// What a server that decodes before it resolves takes for the end of a segment, or of the whole path.
const hiddenEnds = /%(?:2F|5C|[01][0-9A-F]|7F)/;

function noteSegment(segment: string, needs: Set<PathAllowance>): void {
  const parametersAt = segment.indexOf(';');
  if (parametersAt !== -1 && isDots(segment.slice(0, parametersAt))) needs.add('dot-segment-parameters');
  if (segment.includes('%') && hiddenEnds.test(segment) && segment.split(hiddenEnds).some(isHiddenDots))
    needs.add('hidden-dot-segments');
}

function isHiddenDots(part: string): boolean {
  const name = part.split(';', 1)[0] ?? '';
  return name === '.' || name === '..';
}

/** Whether a segment's name is none, or says "here" or "up". */
export function isDots(name: string): boolean {
  return name === '' || name === '.' || name === '..';
}
