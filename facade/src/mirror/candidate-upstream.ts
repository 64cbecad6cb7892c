import type { Upstream } from '@banyan/routing-rules';

const known = new WeakMap<Upstream, Upstream>();

/**
 * An upstream as copies use it: nothing is sent twice for them, and its instances are not asked how they are, which live
 * traffic does already.
 */
export function candidateUpstream(upstream: Upstream): Upstream {
  const found = known.get(upstream);
  if (found) return found;
  const { retries, health } = upstream;
  const candidate = { ...upstream, retries: { ...retries, count: 0 }, health: { ...health, check: undefined } };
  known.set(upstream, candidate);
  return candidate;
}
