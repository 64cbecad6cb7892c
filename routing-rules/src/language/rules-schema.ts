import { z } from 'zod';
import { aggregate } from './schema/aggregate.ts';
import { cache } from './schema/cache.ts';
import { headerKey, headerName } from './schema/header-names.ts';
import { limits } from './schema/limits.ts';
import { mirror } from './schema/mirror.ts';
import { transform } from './schema/transform.ts';
import { paths } from './schema/paths-schema.ts';
import { upstreamAddresses, upstreamExchanges, upstreamHealth } from './schema/upstream-schema.ts';

export const sides = ['legacy', 'extracted'] as const;
export const stages = ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete'] as const;
export const methodNames = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'ANY'] as const;

// Keys of records are checked by the validator `bad-name`: zod would not look into an entry whose key it refuses.
export const namePattern = /^[A-Za-z][\w.-]{0,63}$/;
export const nameAdvice = 'Use up to 64 letters, digits, ".", "_" and "-", starting with a letter.';

const keyName = (what: string) =>
  z.string().meta({ pattern: namePattern.source, description: `${what} ${nameAdvice}` });
const upstreamName = z.string().describe('Name of an upstream.');
const millisecondCount = z.int().min(1).max(86_400_000);

const timeouts = z
  .strictObject({
    connectMs: millisecondCount.optional().describe('Until the connection stands.'),
    headersMs: millisecondCount.optional().describe('Until the first byte of the answer.'),
    bodyIdleMs: millisecondCount.optional().describe('Between two pieces of a body.'),
    totalMs: z
      .union([millisecondCount, z.literal('none')])
      .optional()
      .describe('For the whole exchange; none for streams.'),
    upgradeIdleMs: millisecondCount.optional().describe('Of a WebSocket without a byte in either direction.'),
  })
  .describe('What is not said here comes from the upstream, then from defaults, then from the language.');

const subject = z
  .discriminatedUnion('from', [
    z.strictObject({ from: z.literal('token'), claim: z.string().min(1).default('sub') }),
    z.strictObject({ from: z.literal('header'), name: headerName }),
    z.strictObject({ from: z.literal('cookie') }),
  ])
  .describe('Who calls: a claim of the verified token, a header of a trusted gateway, or the signed cookie.');

const scope = z
  .discriminatedUnion('from', [
    z.strictObject({ from: z.literal('subject') }),
    z.strictObject({ from: z.literal('path'), name: z.string().min(1).describe('A parameter of the path.') }),
    z.strictObject({ from: z.literal('header'), name: headerName }),
  ])
  .describe('What moves as one: the caller, or what the path or a header names.');

const upstream = z.strictObject({
  side: z.enum(sides).describe('legacy or extracted.'),
  ...upstreamAddresses,
  ...upstreamHealth,
  ...upstreamExchanges,
  caseSensitivePaths: z.boolean().default(true).describe('false when the server takes /Trips for /trips.'),
  timeouts: timeouts.optional(),
});

const rollout = z
  .strictObject({
    percent: z.number().min(0).max(100).multipleOf(0.01).describe('0 to 100 in steps of 0.01.'),
    stickiness: z.enum(['scope', 'subject']).describe('Whose bucket counts.'),
    salt: z
      .string()
      .min(1)
      .optional()
      .describe("Usually left out: the flag's name. The same salt picks the same people."),
  })
  .describe('Narrows the flag to a share finer than 1 %. The flag still has to say yes.');

const capability = z.strictObject({
  flag: z.string().min(1).describe('Name of the feature flag, asked once per scope.'),
  stage: z.enum(stages).describe('Before live, legacy serves everybody; at complete, the extracted side does.'),
  handover: z.enum(['immediate', 'fenced']).describe('immediate: the flag decides alone. fenced is not available yet.'),
  legacy: z.string().describe('The upstream that serves it before the move.'),
  extracted: z.string().describe('The upstream that serves it after the move.'),
  anonymous: z.enum(['legacy', 'cookie']).default('legacy').describe('What happens to a caller without identity.'),
  rollout: rollout.optional(),
  limits: limits.optional(),
});

const route = z.strictObject({
  id: z.string().regex(namePattern, nameAdvice).describe('Stable name for logs, metrics and tests.'),
  methods: z.array(z.enum(methodNames)).min(1).describe('GET includes HEAD. ANY stands alone.'),
  path: z.string().describe('A path such as /trips/{tripId}/start, or /users/{rest*} for everything below.'),
  host: z.string().min(1).optional().describe('Only requests to this host, without port.'),
  headers: z.record(headerKey, z.string()).optional().describe('Only requests with exactly these values.'),
  mediaType: z.string().optional().describe('Only requests that accept or send this media type.'),
  access: z.enum(['read', 'write']).optional().describe('Said only when the methods do not tell.'),
  capability: z.string().optional().describe('Name of the capability that this route moves with.'),
  upstream: upstreamName.optional().describe('For a route that stays where it is.'),
  scope: scope.default({ from: 'subject' }),
  subject: subject.optional(),
  timeouts: timeouts.optional(),
  limits: limits.optional(),
  transform: transform.optional(),
  cache: cache.optional(),
  aggregate: aggregate.optional(),
  mirror: mirror.optional(),
  paths: paths.optional(),
});

const defaults = z
  .strictObject({
    upstream: upstreamName.describe('Serves what no route matches. A legacy one.'),
    subject: subject.default({ from: 'token', claim: 'sub' }),
    timeouts: timeouts.optional(),
    limits: limits.optional(),
  })
  .describe('What holds where nothing else is said; at least "upstream", which serves what no route matches.');

/** The file as an engineer writes it. Everything that needs two places of the file is in `validators/`. */
export const rulesSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of the language: 1.'),
    upstreams: z.record(keyName('Name of an upstream.'), upstream).describe('The servers that requests can go to.'),
    defaults,
    capabilities: z.record(keyName('Name of a capability.'), capability).default({}),
    routes: z.array(route).default([]).describe('The most specific path wins; among equals, the first one.'),
  })
  .describe('Routing rules of Banyan.');

export type RulesInput = z.input<typeof rulesSchema>;
