/** Lower-case names; lines of one name joined with ', ', which is what a list of values looks like anyway. */
export type HeaderMap = Readonly<Record<string, string | undefined>>;

/** @param flat - name, value, name, value */
export function headerMapOf(flat: readonly string[]): HeaderMap {
  const map = Object.create(null) as Record<string, string>;
  for (let index = 0; index < flat.length; index += 2) {
    const name = (flat[index] ?? '').toLowerCase();
    const value = flat[index + 1] ?? '';
    const earlier = map[name];
    map[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return map;
}

export function withoutHeaders(flat: readonly string[], lowerNames: ReadonlySet<string>): string[] {
  return flat.filter((_text, index) => !lowerNames.has((flat[index - (index % 2)] ?? '').toLowerCase()));
}
