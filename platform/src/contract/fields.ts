/** Fields that public interfaces share. */
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

/** A moment in an answer: UTC with three decimals. */
export const moment = z.iso.datetime({ precision: 3 }).meta({ examples: ['2026-11-21T03:04:05.000Z'] });

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
