import { impossible, spelled, type Lens } from './lens.ts';

/** Text that legacy keeps in a `varchar(maxCount)`. */
export function shortText(maxCount: number): Lens<string, string> {
  return {
    toNew: spelled,
    toLegacy: (value) =>
      characterCount(value) > maxCount ? impossible(`has more than ${maxCount} characters`) : spelled(value),
  };
}

// Postgres counts characters, JavaScript UTF-16 units: an emoji is one there and two here.
function characterCount(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}
