import type { UpstreamRule } from '../language/rules-document.ts';
import { RuleTableError } from '../rule-table-error.ts';
import type { Upstream } from './route.ts';

export function compileUpstream(name: string, rule: UpstreamRule): Upstream {
  const urls = (rule.urls ?? [rule.url ?? '']).filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
  const [url] = urls;
  if (url === undefined) throw new RuleTableError(name, 'It has no address.');
  const { side, dnsRefreshMs, health, breaker, retries, tls, protocol } = rule;
  return { name, side, url, urls, dnsRefreshMs, health, breaker, retries, tls, protocol };
}
