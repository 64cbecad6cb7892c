/**
 * The names of a canonical path's segments, for matching only: what is forwarded keeps its spelling.
 * Percent-encoding is undone and `;parameters` are left out, since servers that do either would serve `/trips%3A` or
 * `/trips;x=1` as what it stands for, and a rule must not be dodged by that. A trailing slash makes no segment.
 */
export function segmentNames(path: string): readonly string[] {
  const names = path.split('/');
  names.shift();
  if (names.at(-1) === '') names.pop();
  if (!path.includes('%') && !path.includes(';')) return names;
  return names.map((segment) => decodeSegment(segment.split(';', 1)[0] ?? ''));
}

/** Decodes percent-encoded UTF-8; a segment in another encoding stays as it is, so that it is still one stable name. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
