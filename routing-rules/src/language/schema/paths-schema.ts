import { z } from 'zod';
import { pathAllowances } from '../../path/path-ambiguity.ts';

/** What a route lets through although two servers could read it differently; see docs/adr/0020. */
export const paths = z
  .strictObject({
    allow: z
      .array(z.enum(pathAllowances))
      .min(1)
      .describe('Readings that are answered with 400 elsewhere. Read the warning in the guide first.'),
  })
  .describe('Spellings of the path that only this route takes.');
