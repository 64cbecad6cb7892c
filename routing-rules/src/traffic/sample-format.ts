import { z } from 'zod';

/** Whatever a client sent and no rule says stands in a sample as a pseudonym: `~` and 12 characters of a keyed hash. */
export const pseudonymMark = '~';

const keyFacts = z.strictObject({
  /** By salt: the flag's name, or the salt of a rule's own percentage. */
  buckets: z.record(z.string(), z.int().min(0).max(9_999)),
  /** What each flag said when the sample was taken. */
  flags: z.record(z.string(), z.boolean()),
});

/** The first line of a sample. */
const header = z.strictObject({
  kind: z.literal('sample'),
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  /** Null while it is being taken. */
  endedAt: z.iso.datetime().nullable(),
  /** Of the rules in force when it began. */
  revision: z.string(),
  /** Requests that came in the time; the lines are an even choice of them. */
  seenCount: z.int().min(0),
  lineCount: z.int().min(0),
  includes: z.strictObject({ subjects: z.boolean(), paths: z.boolean() }),
});

/** One request: nothing in it was written by a client but names, unless `includes` says so. */
const request = z.strictObject({
  kind: z.literal('request'),
  method: z.string(),
  /** Canonical. Segments that no rule names are pseudonyms. */
  path: z.string().startsWith('/'),
  host: z.string().optional(),
  headerNames: z.array(z.string()),
  queryNames: z.array(z.string()),
  /** Only values that a rule compares with, and pseudonyms of scopes. */
  headers: z.record(z.string(), z.string()),
  caller: z.strictObject({ kind: z.enum(['identified', 'anonymous']), key: z.string().optional() }),
  /** By the keys that stand in this line. */
  keys: z.record(z.string(), keyFacts),
  decided: z.strictObject({ route: z.string().nullable(), side: z.enum(['legacy', 'extracted']), reason: z.string() }),
});

const line = z.discriminatedUnion('kind', [header, request]);

export type SampleHeader = z.infer<typeof header>;
export type SampledRequest = z.infer<typeof request>;
export type KeyFacts = z.infer<typeof keyFacts>;

export type SampleLine =
  | { readonly kind: 'line'; readonly line: SampleHeader | SampledRequest }
  | { readonly kind: 'bad'; readonly why: string };

/** Reads one line of a sample. */
export function parseSampleLine(text: string): SampleLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'bad', why: 'it is no JSON' };
  }
  const parsed = line.safeParse(value);
  if (parsed.success) return { kind: 'line', line: parsed.data };
  const [issue] = parsed.error.issues;
  return { kind: 'bad', why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is no line of a sample'}` };
}
