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
/** Of a canonical segment; a server that decodes first takes %3B for the start of parameters too. */
export const parametersStart = /;|%3B/;
// UTF-8 that is longer than needed (RFC 3629 3): a lenient decoder makes ASCII of it, a strict one nothing.
// Five and six bytes were UTF-8 once (RFC 2279). A decoder that does not look at the second byte takes %C0. for a dot.
const overlong =
  /%(?:C0\.|(?:C[01]|E0%[89][0-9A-F]|F0%8[0-9A-F]%[89AB][0-9A-F]|F8%8[0-7](?:%[89AB][0-9A-F]){2}|FC%8[0-3](?:%[89AB][0-9A-F]){3})%[89AB][0-9A-F])/;
const overlongDots = /%C0\.|%(?:C0|E0%80|F0%80%80|F8%80%80%80|FC%80%80%80%80)%AE/g;
const overlongEnds =
  /%(?:C0|E0%80|F0%80%80|F8%80%80%80|FC%80%80%80%80)%AF|%(?:C1|E0%81|F0%80%81|F8%80%80%81|FC%80%80%80%81)%9C/g;

function noteSegment(segment: string, needs: Set<PathAllowance>): void {
  const [name = ''] = segment.split(parametersStart, 1);
  if (name !== segment && isDots(name)) needs.add('dot-segment-parameters');
  if (!segment.includes('%')) return;
  const isOverlong = overlong.test(segment);
  if (isOverlong) needs.add('overlong-encoding');
  const shown = isOverlong ? segment.replace(overlongDots, '.').replace(overlongEnds, '%2F') : segment;
  if ((isOverlong || hiddenEnds.test(shown)) && shown.split(hiddenEnds).some(isHiddenDots))
    needs.add('hidden-dot-segments');
}

function isHiddenDots(part: string): boolean {
  const name = part.split(parametersStart, 1)[0] ?? '';
  return name === '.' || name === '..';
}

/** Whether a segment's name is none, or says "here" or "up". */
export function isDots(name: string): boolean {
  return name === '' || name === '.' || name === '..';
}
