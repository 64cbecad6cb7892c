import { z } from 'zod';

/** More calls for one request would let one client keep many servers busy. */
export const partCountLimit = 8;

const queryName = z.string().min(1).max(64).describe('Name in the query of the public request.');

const part = z.strictObject({
  path: z.string().describe('A public path with parameters of the route, such as /trips/{tripId}.'),
  query: z.array(queryName).max(16).optional().describe('Names of the public query that this part gets too.'),
  required: z.boolean().optional().describe('true: without this part there is no answer.'),
  timeoutMs: z.int().min(1).max(600_000).optional().describe('For this part, in milliseconds; usually 10000.'),
  maxBytes: z.int().min(1).max(16_777_216).optional().describe('Largest body of this part, usually 1 MiB.'),
});

export const aggregate = z
  .strictObject({
    query: z
      .array(queryName)
      .max(16)
      .optional()
      .describe('Names of the public query that parts may use as parameters.'),
    parts: z
      .record(z.string().meta({ description: 'Name of a part in the answer.' }), part)
      .describe(`1 to ${partCountLimit} calls whose JSON answers make up one document.`),
  })
  .describe('Answers with one JSON document that several calls make up.');
