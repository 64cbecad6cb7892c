import { formatExplanation } from '@banyan/routing-rules';
import { z } from 'zod';
import type { JsonClient } from '../clients/http-json.ts';
import type { ExplainAnswer, Question } from './explain-request.ts';

const bucket = z.int().min(0).max(9_999);
const liveSchema = z.looseObject({
  decision: z.looseObject({
    side: z.enum(['legacy', 'extracted']),
    routeId: z.string().nullish(),
    upstream: z.looseObject({ name: z.string(), url: z.string() }),
    reason: z.looseObject({ kind: z.string() }),
  }),
  steps: z.array(z.object({ name: z.string(), outcome: z.enum(['passes', 'decides']), why: z.string() })),
  buckets: z
    .object({
      scope: z.string(),
      flag: z.object({ name: z.string(), bucket }),
      rollout: z.object({ salt: z.string(), percent: z.number(), bucket: bucket.nullable() }).nullable(),
    })
    .nullable(),
  flagData: z.object({ kind: z.string(), ageSeconds: z.number().nullable(), why: z.string() }),
  instances: z.array(z.looseObject({ instance: z.string(), state: z.string() })),
  request: z.object({ method: z.string(), target: z.string(), headers: z.array(z.tuple([z.string(), z.string()])) }),
});
type Live = z.infer<typeof liveSchema>;

/** Asks the running facade, which decides with its own rules, flags and overrides. */
export async function explainLive(
  facade: JsonClient,
  { method, path, user, host, header = {} }: Question,
): Promise<ExplainAnswer> {
  const query = new URLSearchParams({ method: method.toUpperCase(), path });
  if (user !== undefined) query.set('subject', user);
  if (host !== undefined) query.set('host', host);
  for (const [name, value] of Object.entries(header)) query.append('header', `${name}:${value}`);
  const answer = await facade.call(liveSchema, 'GET', `/explain?${query.toString()}`);
  return {
    value: answer,
    lines: ['As the running facade decides now:', ...formatExplanation(answer), ...factLines(answer)],
  };
}

function factLines({ buckets, flagData, instances, request }: Live): readonly string[] {
  const age = flagData.ageSeconds === null ? 'none' : `${flagData.ageSeconds.toFixed(1)} s old`;
  return [
    ...bucketLines(buckets),
    `flags: ${flagData.kind}, ${age}: ${flagData.why}`,
    `servers: ${instances.map(({ instance, state }) => `${instance} ${state}`).join(', ') || 'none'}`,
    'It would get:',
    `  ${request.method} ${request.target}`,
    ...request.headers.map(([name, value]) => `  ${name}: ${value}`),
  ];
}

function bucketLines(buckets: Live['buckets']): readonly string[] {
  if (!buckets) return [];
  const { flag, rollout } = buckets;
  const ofFlag = `bucket ${flag.bucket} of 0..9999 under the flag ${flag.name}`;
  if (!rollout) return [ofFlag];
  return [
    ofFlag,
    `bucket ${rollout.bucket ?? 'none'} under "${rollout.salt}", of which the rules take ${rollout.percent} %`,
  ];
}
