import type { Upstream } from '@banyan/routing-rules';

export const patientHealth: Upstream['health'] = {
  failureStatuses: [],
  ejectAfter: 1_000,
  ejectMs: 60_000,
  maxEjectMs: 60_000,
  maxUnhealthyPercent: 50,
};

export const noBreaker: Upstream['breaker'] = {
  enabled: false,
  failures: 5,
  ratioPercent: 50,
  minimumCount: 20,
  windowMs: 30_000,
  openMs: 60_000,
  maxOpenMs: 60_000,
};

const noRetries: Upstream['retries'] = { count: 0, baseMs: 1, maxMs: 2 };

/** An upstream as the rules compile it, without a breaker, of which a test says only what it is about. */
export function anUpstream({ urls = ['http://127.0.0.1:9'], ...rest }: Partial<Upstream>): Upstream {
  const base = { name: 'trips', side: 'extracted', dnsRefreshMs: 60_000 } as const;
  return {
    ...base,
    url: urls[0] ?? '',
    urls,
    health: patientHealth,
    breaker: noBreaker,
    retries: noRetries,
    tls: undefined,
    protocol: 'http1',
    ...rest,
  };
}
