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
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}
