export type Share = <Value>(value: Value) => Value;

/** One value for all that are equal as JSON: what many routes have in common is read from one place in memory. */
export function createShare(): Share {
  const known = new Map<string, unknown>();
  return <Value>(value: Value): Value => {
    const key = JSON.stringify(value);
    const found = known.get(key) as Value | undefined;
    if (found === undefined) known.set(key, value);
    return found ?? value;
  };
}
