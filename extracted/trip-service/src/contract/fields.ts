import { z } from 'zod';

const largestId = 2_147_483_647;
export const id = z.int().min(1).max(largestId);

/** An id in a path or a query. */
export const idText = digits(id).meta({ type: 'integer', minimum: 1, maximum: largestId });

const smallestPage = 1;
const largestPage = 100;
const usualPage = 20;

/** The query of every list. A cursor comes from `nextCursor` and fits the list it came from, on whichever side that was. */
export const pageQuery = {
  limit: digits(z.int().min(smallestPage).max(largestPage))
    .default(usualPage)
    .meta({ type: 'integer', minimum: smallestPage, maximum: largestPage, default: usualPage }),
  cursor: z.string().min(1).max(200).optional(),
};

export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** Degrees are kept to six decimals: 11 cm. */
export const place = z.object({ lat: degrees(90), lon: degrees(180) }).meta({ id: 'Place' });

/** A moment in an answer: UTC with three decimals. */
export const moment = z.iso.datetime({ precision: 3 }).meta({ examples: ['2026-11-21T03:04:05.000Z'] });

/** A moment in a request: ISO 8601 with any zone. */
export const givenMoment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/, 'Not a moment in ISO 8601 with a zone.')
  .transform((value, context) => {
    const at = new Date(value);
    if (at.getTime() >= earliestMs && at.getTime() < latestMs) return at.toISOString();
    context.addIssue('Not a moment of the years 1..9999.');
    return z.NEVER;
  })
  .meta({ type: 'string', format: 'date-time' });
const earliestMs = Date.parse('0001-01-01T00:00:00Z');
const latestMs = Date.parse('+010000-01-01T00:00:00Z');

/** Text of 1..`max` characters (not UTF-16 units) that is not blank and that Postgres can hold. */
export function shortText(max: number) {
  return z
    .string()
    .refine((value) => /\S/.test(value) && Array.from(value).length <= max && !unstorable.test(value), {
      error: `Not a text of 1..${max} characters.`,
    })
    .meta({ minLength: 1, maxLength: max });
}
// The zero character, and halves of surrogate pairs.
const unstorable = /[\0\p{Cs}]/u;

function digits<S extends z.ZodType<number, number>>(schema: S) {
  return z
    .string()
    .regex(/^\d{1,10}$/, 'Not a whole number.')
    .transform(Number)
    .pipe(schema);
}

function degrees(limit: number) {
  return z
    .number()
    .min(-limit)
    .max(limit)
    .overwrite((value) => Math.round(value * 1e6) / 1e6);
}
