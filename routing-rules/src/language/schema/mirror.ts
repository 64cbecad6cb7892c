import { z } from 'zod';

export const mirror = z
  .union([
    z.literal(true),
    z.strictObject({
      percent: z
        .number()
        .min(0.01)
        .max(100)
        .multipleOf(0.01)
        .optional()
        .describe('Share of the requests that is copied, 0.01 to 100 in steps of 0.01; usually 100.'),
      bodyBytes: z
        .int()
        .min(0)
        .max(67_108_864)
        .optional()
        .describe('Longest body of a request that is copied, up to 67108864; usually 0: only requests without a body.'),
      writes: z
        .boolean()
        .optional()
        .describe('true: requests that write are copied too, to an upstream that serves nobody.'),
      upstream: z
        .string()
        .optional()
        .describe('Name of an upstream; usually the side of the capability that does not serve the request.'),
    }),
  ])
  .describe('true, or more about it: copies of the requests go to a server whose answers nobody gets.');
