import { z } from 'zod';

const byteCount = z.int().min(1).max(1_099_511_627_776);

const requests = z
  .strictObject({
    perSecond: z
      .union([z.number().min(0.001).max(1_000_000), z.literal('none')])
      .describe('Requests a second in the long run, 0.001 or more; none lifts what is said further out.'),
    burst: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Requests at once; usually those of one second, and at least 1.'),
    by: z
      .enum(['subject', 'address'])
      .optional()
      .describe('subject (usual): each verified caller, all others by their address. address: each client address.'),
  })
  .describe('How often one caller may ask. One request more is answered with 429.');

export const limits = z
  .strictObject({
    bodyBytes: z
      .union([byteCount, z.literal('none')])
      .optional()
      .describe('Largest body of a request, in bytes; none lifts what is said further out. A larger one is a 413.'),
    requests: requests.optional(),
  })
  .describe('What is not said here comes from the capability, then from defaults; without any, nothing is limited.');
