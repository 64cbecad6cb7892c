import type { Instance } from './instance.ts';
import { leastBusy } from './least-busy.ts';

export interface Choice {
  readonly instances: readonly Instance[];
  /** Asked for this request already: taken again only when there is no other. */
  readonly tried: ReadonlySet<Instance>;
  readonly maxUnhealthyPercent: number;
  readonly nowMs: number;
  readonly random: () => number;
}

/**
 * Who gets a request: of the healthy instances whose breaker lets it pass, one that was not tried, with the fewest requests under way.
 * Unhealthy ones follow when no other is left, or when too many are out: then the checks are more likely wrong than the servers.
 * A breaker that is open is never passed by.
 */
export function chooseInstance(choice: Choice): Instance | undefined {
  const { instances, tried, nowMs, random } = choice;
  const [only] = instances;
  if (instances.length === 1) return only?.breaker.mayPass(nowMs) === true ? only : undefined;
  const passing = instances.filter((instance) => instance.breaker.mayPass(nowMs));
  if (passing.length < 2) return passing[0];
  const untried = passing.filter((instance) => !tried.has(instance));
  const healthy = isTooManyOut(choice) ? untried : untried.filter((instance) => instance.isHealthy(nowMs));
  return leastBusy([healthy, untried, passing].find((some) => some.length > 0) ?? [], random);
}

function isTooManyOut({ instances, maxUnhealthyPercent, nowMs }: Choice): boolean {
  const outCount = instances.filter((instance) => !instance.isHealthy(nowMs)).length;
  return outCount * 100 > instances.length * maxUnhealthyPercent;
}
