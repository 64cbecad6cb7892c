import type { ClientResponse } from './client-response.ts';
import type { Timeouts } from './clock.ts';
import type { Instance } from './instances/instance.ts';
import type { InstanceGroup } from './instances/instance-group.ts';
import type { Lease } from './instances/lease.ts';
import type { AttemptResult } from './attempt-parts.ts';
import { maySendAgain, retryReason, type Repeatable } from './may-repeat.ts';
import type { ForwardOutcome } from './outcome.ts';

/** What is sent, to one instance or to several. */
export interface Sending {
  readonly instances: InstanceGroup;
  readonly response: ClientResponse;
  readonly timeouts: Timeouts;
  repeatable(): Repeatable;
  send(lease: Lease, timeouts: Timeouts): Promise<AttemptResult>;
  /** Over a connection that nobody used before. */
  sendFresh?(lease: Lease, timeouts: Timeouts): Promise<AttemptResult>;
}

/** Sends a request to one instance, and, where that is safe and within the budget, again; another instance comes first. */
export async function sendWithRetries(sending: Sending): Promise<ForwardOutcome> {
  const { instances, timeouts } = sending;
  const { nowMs } = instances.chance;
  const startedAtMs = nowMs();
  instances.budget.noteRequest(startedAtMs);
  let tried: Set<Instance> | undefined;
  let outcome: ForwardOutcome = { kind: 'unavailable' };
  let left = timeouts;
  for (let retryCount = 0; ; retryCount += 1) {
    const lease = instances.take(tried);
    if (!lease) return outcome;
    const result = await sending.send(lease, left);
    outcome = result.isStale ? await sendUnstale(sending, { lease, left, outcome: result.outcome }) : result.outcome;
    lease.end(outcome);
    if (outcome.kind === 'completed' || retryCount >= instances.upstream.retries.count) return outcome;
    tried = new Set(tried).add(lease.instance);
    const reason = whyAgain(sending, tried, outcome);
    if (reason === undefined || !(await mayGoOn(sending, retryCount))) return outcome;
    left = leftOf(timeouts, nowMs() - startedAtMs);
    if ((left.totalMs ?? Infinity) <= 0) return outcome;
    instances.observer.retried(instances.upstream.name, reason);
  }
}

function whyAgain(sending: Sending, tried: ReadonlySet<Instance>, outcome: ForwardOutcome): string | undefined {
  const hasOther = sending.instances.instances.some((instance) => !tried.has(instance));
  return retryReason(outcome, sending.repeatable(), hasOther);
}

interface Stale {
  readonly lease: Lease;
  readonly left: Timeouts;
  readonly outcome: ForwardOutcome;
}

/** The side closed an idle connection just as we wrote to it. A connection of its own cannot be stale again. */
async function sendUnstale(sending: Sending, { lease, left, outcome }: Stale): Promise<ForwardOutcome> {
  if (!sending.sendFresh || !maySendAgain(outcome, sending.repeatable())) return outcome;
  const { instances } = sending;
  instances.observer.retried(instances.upstream.name, 'stale-connection');
  return (await sending.sendFresh(lease, left)).outcome;
}

/** Takes one from the budget and pauses: exponential, with full jitter, so that many do not come back at once. */
async function mayGoOn({ instances, response }: Sending, retryCount: number): Promise<boolean> {
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
