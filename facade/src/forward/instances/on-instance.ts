import type { ForwardOutcome } from '../outcome.ts';
import type { Instance } from './instance.ts';
import type { InstanceGroup } from './instance-group.ts';

/** Sends one thing to one instance of an upstream. */
export async function onInstance(
  instances: InstanceGroup,
  send: (instance: Instance) => Promise<ForwardOutcome>,
): Promise<ForwardOutcome> {
  const lease = instances.take();
  if (!lease) return { kind: 'unavailable' };
  const outcome = await send(lease.instance);
  lease.end();
  return outcome;
}
