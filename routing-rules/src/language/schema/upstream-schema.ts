import { z } from 'zod';

const millisecondCount = z.int().min(1).max(86_400_000);

/** Where the servers of an upstream are: one address or several. */
export const upstreamAddresses = {
  url: z
    .string()
    .optional()
    .describe('Scheme, host and port, such as http://legacy:3000. A name may stand for several instances.'),
  urls: z
    .array(z.string())
    .min(1)
    .max(256)
    .optional()
    .describe('Instead of url: the addresses of several instances that serve the same.'),
  dnsRefreshMs: millisecondCount.default(5_000).describe('How often the name of the host is looked up again.'),
};
