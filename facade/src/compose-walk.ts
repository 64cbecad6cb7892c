import { randomBytes } from 'node:crypto';
import { createTokenVerifier } from '@banyan/platform';
import { composeAggregates } from './compose-aggregates.ts';
import { composeLimits } from './compose-limits.ts';
import type { FacadeConfig } from './config.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import type { TimedFlagReader } from './flags/flag-reader.ts';
import type { Visit } from './handle-request.ts';
import { createIdCookies } from './identity/id-cookie.ts';
import { createIdentify, type Identify } from './identity/identify.ts';
import { createTokenSubjects } from './identity/token-subjects.ts';
import { createRecorder } from './record.ts';
import { serveVisit, type ServeVisitParts } from './serve-visit.ts';

type Given = Omit<ServeVisitParts, 'recorder' | 'targetLengthLimit' | 'admit'> & {
  readonly metrics: FacadeMetrics;
  readonly flagReader: Pick<TimedFlagReader, 'lastTick'>;
};

/** The walk of a request, with what only it needs. */
export function composeWalk(config: FacadeConfig, given: Given): (visit: Visit) => void {
  const parts = composeAggregates({
    ...given,
    admit: composeLimits(config, given),
    recorder: createRecorder(given.log, given.metrics, () => given.flagReader.lastTick().ageSeconds ?? undefined),
    targetLengthLimit: config.targetLengthLimit,
  });
  return (visit) => void serveVisit(parts, visit);
}

export function composeIdentify({
  jwksUrl,
  tokenIssuer,
  tokenCacheCount,
  cookieSecret,
  cookieMaxAgeSeconds,
}: FacadeConfig): Identify {
  const nowSeconds = (): number => Math.floor(Date.now() / 1000);
  const tokens = jwksUrl
    ? createTokenSubjects({
        verifier: createTokenVerifier({ keys: { url: jwksUrl }, issuer: tokenIssuer }),
        rememberedCount: tokenCacheCount,
        nowSeconds,
      })
    : undefined;
  const randomId = (): string => randomBytes(16).toString('base64url');
  const cookies = cookieSecret
    ? createIdCookies({ secret: cookieSecret, maxAgeSeconds: cookieMaxAgeSeconds, nowSeconds, randomId })
    : undefined;
  return createIdentify({ tokens, cookies });
}
