/**
 * Readings of a path that a route may allow, because an application uses such bytes as data; `paths.allow` of the rules.
 * The value says what the path has.
 */
const allowableTexts = {
  'encoded-separator': 'It hides a slash as %2F.',
  backslash: 'It has a backslash, raw or as %5C, which some servers read as a slash.',
  'encoded-control': 'It hides a control character.',
  'overlong-encoding':
    'It has an overlong UTF-8 sequence, such as %C0%AF, which some servers read as a slash or a dot.',
  'dot-segment-parameters': 'It has parameters on an empty or dot segment, such as "..;" or "..%3B".',
  'hidden-dot-segments': 'It has a dot segment that shows when %2F, %5C or a control character is decoded.',
  'empty-segments': 'It climbs out of an empty segment ("//.."), which servers resolve in two ways.',
} as const;

/** What no server should be sent. */
const refusedTexts = {
  'not-a-path': 'It is not an absolute path (a query, a fragment or a whole address is none).',
  'invalid-percent': 'A percent sign is not followed by two hexadecimal digits.',
  'control-character': 'It has a control character.',
  'not-ascii': 'It has characters outside ASCII that are not percent-encoded.',
  'above-the-root': 'It climbs above the root.',
} as const;

export const pathAllowances = [
  'encoded-separator',
  'backslash',
  'encoded-control',
  'overlong-encoding',
  'dot-segment-parameters',
  'hidden-dot-segments',
  'empty-segments',
] as const satisfies readonly (keyof typeof allowableTexts)[];

/** What two servers could read differently, and a route may allow all the same. */
export type PathAllowance = keyof typeof allowableTexts;

/** Why two servers could read one path differently; each is answered with 400 where the route does not allow it. */
export type AmbiguityReason = PathAllowance | keyof typeof refusedTexts;

const texts: Readonly<Record<AmbiguityReason, string>> = { ...allowableTexts, ...refusedTexts };
export const ambiguityReasons = Object.keys(texts) as readonly AmbiguityReason[];

export function describeAmbiguity(reason: AmbiguityReason): string {
  return texts[reason];
}
