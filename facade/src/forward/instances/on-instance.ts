import type { ForwardOutcome } from '../outcome.ts';
import type { InstanceGroup } from './instance-group.ts';
import type { Lease } from './lease.ts';

/** Sends one thing to one instance of an upstream. */
export async function onInstance(
  instances: InstanceGroup,
  send: (lease: Lease) => Promise<ForwardOutcome>,
): Promise<ForwardOutcome> {
  const lease = instances.take();
  if (!lease) return { kind: 'unavailable' };
  const outcome = await send(lease);
  lease.end(outcome);
  return outcome;
}
