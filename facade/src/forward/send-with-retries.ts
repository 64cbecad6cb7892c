import type { ClientResponse } from './client-response.ts';
import type { Timeouts } from './clock.ts';
import type { Instance } from './instances/instance.ts';
import type { InstanceGroup } from './instances/instance-group.ts';
import type { Lease } from './instances/lease.ts';
import { retryReason, type Repeatable } from './may-repeat.ts';
import type { ForwardOutcome } from './outcome.ts';

export interface SendParts {
  readonly instances: InstanceGroup;
  readonly response: ClientResponse;
  readonly timeouts: Timeouts;
  readonly repeatable: () => Repeatable;
  readonly send: (lease: Lease, timeouts: Timeouts) => Promise<ForwardOutcome>;
}

/** Sends a request to one instance, and, where that is safe and within the budget, again; another instance comes first. */
export async function sendWithRetries(parts: SendParts): Promise<ForwardOutcome> {
  const { instances, timeouts } = parts;
  const { nowMs } = instances.chance;
  const startedAtMs = nowMs();
  instances.budget.noteRequest(startedAtMs);
  let tried: Set<Instance> | undefined;
  let outcome: ForwardOutcome = { kind: 'unavailable' };
  let left = timeouts;
  for (let retryCount = 0; ; retryCount += 1) {
    const lease = instances.take(tried);
    if (!lease) return outcome;
    outcome = await parts.send(lease, left);
    lease.end(outcome);
    if (outcome.kind === 'completed' || retryCount >= instances.upstream.retries.count) return outcome;
    tried = (tried ?? new Set()).add(lease.instance);
    const hasOther = instances.instances.some((instance) => tried?.has(instance) !== true);
    const reason = retryReason(outcome, parts.repeatable(), hasOther);
    if (reason === undefined || !(await mayGoOn(parts, retryCount))) return outcome;
    left = leftOf(timeouts, nowMs() - startedAtMs);
    if (left.totalMs !== undefined && left.totalMs <= 0) return outcome;
    instances.observer.retried(instances.upstream.name, reason);
  }
}

/** Takes one from the budget and pauses: exponential, with full jitter, so that many do not come back at once. */
async function mayGoOn({ instances, response }: SendParts, retryCount: number): Promise<boolean> {
  const { upstream, budget, chance, observer } = instances;
  if (!budget.take(chance.nowMs())) {
    observer.budgetExhausted(upstream.name);
    return false;
  }
  const { baseMs, maxMs } = upstream.retries;
  return pause(Math.min(maxMs, baseMs * 2 ** retryCount) * chance.random(), response);
}

/** @returns whether the client is still there */
function pause(forMs: number, response: ClientResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      response.off('close', end);
      resolve(!response.destroyed);
    };
    const timer = setTimeout(end, forMs);
    response.once('close', end);
  });
}

function leftOf(timeouts: Timeouts, spentMs: number): Timeouts {
  return timeouts.totalMs === undefined ? timeouts : { ...timeouts, totalMs: timeouts.totalMs - spentMs };
}
