import { z } from 'zod';
import { methodNames, sides } from '../language/rules-schema.ts';

const id = z.union([z.string().min(1), z.int()]).transform(String);
const methods = methodNames.filter((method) => method !== 'ANY');
const reasonKinds = [
  'override',
  'stage',
  'anonymous',
  'no-scope',
  'guard',
  'ownership',
  'flag',
  'rollout',
  'fixed',
  'unmatched',
] as const;

const request = z
  .strictObject({
    method: z.enum(methods).describe('The method of the request.'),
    path: z.string().describe('The path as a client sends it, without query.'),
    host: z.string().optional().describe('The Host header.'),
    headers: z.record(z.string(), z.string()).optional().describe('Headers of the request.'),
  })
  .describe('Such as { method: GET, path: /trips/7 }.');

const flag = z
  .union([
    z.boolean(),
    z.strictObject({
      users: z.array(id).default([]).describe('Scopes for which the flag is on by name.'),
      percent: z.number().min(0).max(100).default(0).describe("Share for which it is on, by Unleash's buckets."),
    }),
  ])
  .describe('true, false, or { users: [42], percent: 5 }. A flag that is not named is off.');

/** Flags by their names. */
export const flagFixtures = z.record(z.string(), flag);

const expect = z
  .strictObject({
    side: z.enum(sides).describe('The side that must serve it.'),
    route: z.string().optional().describe('Id of the route; none when no route may match.'),
    upstream: z.string().optional().describe('Name of the upstream.'),
    reason: z.enum(reasonKinds).optional().describe('Why.'),
  })
  .describe('At least the side, such as { side: extracted }.');

const ruleCase = z.strictObject({
  name: z.string().min(1).describe('A sentence that says what must be true.'),
  request,
  subject: id.optional().describe('The verified caller; left out for a caller without identity.'),
  anonymousId: z.string().min(1).optional().describe('From the cookie of a caller without identity.'),
  flags: z.record(z.string(), flag).default({}).describe('How the flags stand.'),
  override: z.enum(sides).optional().describe("A local order for the route's capability."),
  expect,
});

/** Requests with the decisions that they must lead to. */
export const casesSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of the language: 1.'),
    cases: z.array(ruleCase).min(1).describe('One per thing that must be true.'),
  })
  .describe('Test cases for routing rules of Banyan.');

export type CasesInput = z.input<typeof casesSchema>;
export type RuleCase = z.output<typeof casesSchema>['cases'][number];
export type FlagFixture = RuleCase['flags'][string];
