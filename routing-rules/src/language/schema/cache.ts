import { z } from 'zod';

export const cache = z
  .union([
    z.literal(true),
    z.strictObject({
      maxBytes: z
        .int()
        .min(1)
        .optional()
        .describe('Memory for all answers of this route. FACADE_CACHE_BYTES bounds it too.'),
      maxEntryBytes: z.int().min(1).optional().describe('Largest answer that is kept, usually 1 MiB.'),
      maxSeconds: z.int().min(1).max(86_400).optional().describe('Longest time without asking again, usually 3600.'),
    }),
  ])
  .describe('true, or limits: answers are kept as far as RFC 9111 lets a shared cache, apart for each caller.');
