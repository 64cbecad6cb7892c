import { z } from 'zod';

/** Every problem document (RFC 9457) of this service: the last part of its `type`, and its status. */
export const problems = {
  'invalid-request': 400,
  unauthorised: 401,
  forbidden: 403,
  'vehicle-not-found': 404,
  'sensor-not-found': 404,
  'plate-taken': 409,
  'vehicle-retired': 409,
  'keys-unavailable': 503,
} as const;
export type ProblemName = keyof typeof problems;

/** Those that any route may answer, whatever it does. */
export const commonProblems: readonly ProblemName[] = [
  'invalid-request',
  'unauthorised',
  'forbidden',
  'keys-unavailable',
];

export const problem = z
  .object({
    type: z.string().meta({ examples: ['/problems/invalid-request'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
