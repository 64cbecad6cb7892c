import type { Upstream } from '@banyan/routing-rules';

/** An upstream as the rules compile it, of which a test says only what it is about. */
export function anUpstream({ urls = ['http://127.0.0.1:9'], ...rest }: Partial<Upstream>): Upstream {
  return { name: 'trips', side: 'extracted', url: urls[0] ?? '', urls, dnsRefreshMs: 60_000, ...rest };
}
