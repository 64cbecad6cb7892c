import type { RequestLimit } from '@banyan/routing-rules';
import type { Taken } from './token-bucket.ts';

/**
 * What a caller learns about his limit, as a flat list: `RateLimit-Policy` names how much there is within how many seconds,
 * `RateLimit` what is left, and in how many seconds there is one more.
 *
 * @see draft-ietf-httpapi-ratelimit-headers-10; the names are strings of structured fields, and hold no quotes
 */
export function rateLimitFields(limit: RequestLimit, { isAllowed, bucket, waitMs }: Taken): readonly string[] {
  const { name, perSecond, burst } = limit;
  const windowSeconds = Math.ceil(burst / perSecond);
  const left = Math.floor(bucket.tokens);
  const nextMs = ((left + 1 - bucket.tokens) / perSecond) * 1_000;
  return [
    ...['ratelimit-policy', `"${name}";q=${burst};w=${windowSeconds}`],
    ...['ratelimit', `"${name}";r=${left};t=${Math.ceil(nextMs / 1_000)}`],
    ...(isAllowed ? [] : ['retry-after', String(Math.max(1, Math.ceil(waitMs / 1_000)))]),
  ];
}
