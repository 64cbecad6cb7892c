import { isDots, parametersStart } from './resolve-segments.ts';

/**
 * The names of a canonical path's segments, for matching only: what is forwarded keeps its spelling.
 * Percent-encoding is undone and `;parameters` are left out, since servers that do either, or one after the other, would
 * serve `/trips%3A`, `/trips;x=1` or `/trips%3Bx=1` as what it stands for, and a rule must not be dodged by that. Neither a trailing slash nor an empty segment
 * makes a name, and a decoded %2F separates nothing: it is a character of its segment's name.
 */
export function segmentNames(path: string): readonly string[] {
  const names = path.split('/');
  names.shift();
  if (names.at(-1) === '') names.pop();
  if (!path.includes('%') && !path.includes(';') && !path.includes('//')) return names;
  return names.filter((segment) => segment !== '').map(segmentName);
}

/** What one segment of a canonical path is compared as. */
export function segmentName(segment: string): string {
  return decodeSegment(withoutParameters(segment));
}

/** A segment that would be a dot segment without its parameters is a name as a whole. */
function withoutParameters(segment: string): string {
  const [name = ''] = segment.split(parametersStart, 1);
  return isDots(name) ? segment : name;
}

/** Decodes percent-encoded UTF-8; a segment in another encoding stays as it is, so that it is still one stable name. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
