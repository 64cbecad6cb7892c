import { z } from 'zod';

/** Those that any route may answer, whatever it does: the last part of a problem's `type`, and its status. */
export const commonProblems = {
  'invalid-request': 400,
  unauthorised: 401,
  forbidden: 403,
  'keys-unavailable': 503,
} as const;

/** A problem document (RFC 9457), as clients read it. */
export const problemDocument = z
  .object({
    type: z.string().meta({ examples: ['/problems/invalid-request'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
