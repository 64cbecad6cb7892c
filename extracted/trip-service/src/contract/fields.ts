import { z } from 'zod';

/** Degrees are kept to six decimals: 11 cm. */
export const place = z.object({ lat: degrees(90), lon: degrees(180) }).meta({ id: 'Place' });

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

function degrees(limit: number) {
  return z
    .number()
    .min(-limit)
    .max(limit)
    .overwrite((value) => Math.round(value * 1e6) / 1e6);
}
