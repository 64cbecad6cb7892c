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

const occurrenceCount = z.int().min(1).max(1_000);
const percent = z.int().min(0).max(100);

const healthCheck = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[\x21-\x7e]*$/, 'Start it with "/".')
      .describe('Asked with GET; healthy is 200 to 299.'),
    intervalMs: millisecondCount.default(5_000).describe('Between two checks.'),
    timeoutMs: millisecondCount.default(1_000).describe('For the whole answer.'),
    healthyAfter: occurrenceCount.default(2).describe('Good checks in a row that bring an instance back.'),
    unhealthyAfter: occurrenceCount.default(3).describe('Bad checks in a row that take an instance out.'),
  })
  .describe('Asks each instance beside the requests.');

/** Which instances of an upstream get requests. */
export const upstreamHealth = {
  health: z
    .strictObject({
      check: healthCheck.optional(),
      failureStatuses: z
        .array(z.int().min(500).max(599))
        .max(20)
        .default([])
        .describe('Statuses that count as failures besides broken exchanges, such as [503].'),
      ejectAfter: occurrenceCount.default(3).describe('Failures in a row that take an instance out for a time.'),
      ejectMs: millisecondCount.default(5_000).describe('The first time; the next ones are longer.'),
      maxEjectMs: millisecondCount.default(60_000).describe('The longest time.'),
      maxUnhealthyPercent: percent.default(50).describe('When more instances than this are out, all are used.'),
    })
    .prefault({})
    .describe('When an instance is taken out. The others serve meanwhile.'),
  breaker: z
    .strictObject({
      enabled: z.boolean().default(true).describe('false: every request is sent, however many fail.'),
      failures: occurrenceCount.default(5).describe('Failures in a row that open it.'),
      ratioPercent: percent.min(1).default(50).describe('Share of failures within the window that opens it.'),
      minimumCount: occurrenceCount.default(20).describe('Requests within the window below which no share counts.'),
      windowMs: millisecondCount.default(30_000).describe('How far back the share looks.'),
      openMs: millisecondCount.default(5_000).describe('Until the first probe; doubled after each that fails.'),
      maxOpenMs: millisecondCount.default(60_000).describe('The longest time between two probes.'),
    })
    .prefault({})
    .describe('Per instance: after too many failures nothing is sent but one probe at a time.'),
};

/** What is repeated, and how it is spoken to. */
export const upstreamExchanges = {
  protocol: z
    .enum(['http1', 'h2'])
    .default('http1')
    .describe('h2: HTTP/2, by ALPN over https, and at once over http. What gRPC needs.'),
  retries: z
    .strictObject({
      count: z.int().min(0).max(3).default(1).describe('How often one request may be sent again.'),
      baseMs: millisecondCount.default(25).describe('Longest pause before the first; doubled for each next one.'),
      maxMs: millisecondCount.default(250).describe('Longest pause before any.'),
    })
    .prefault({})
    .describe('Only where repeating is safe, and within a budget of 20 % of the requests.'),
  tls: z
    .strictObject({
      caFile: z.string().min(1).optional().describe('File of the authorities that are trusted instead of the usual.'),
      serverName: z.string().min(1).optional().describe('The name in the certificate, if not that of the host.'),
      insecure: z.literal(true).optional().describe('true: no certificate is checked. Shown in /status.'),
      certFile: z.string().min(1).optional().describe('Certificate that the facade shows; with keyFile.'),
      keyFile: z.string().min(1).optional().describe('Its private key.'),
    })
    .optional()
    .describe('For https. Certificates are checked unless this says otherwise.'),
};
