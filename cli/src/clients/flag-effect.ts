import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '@banyan/platform';
import { intentOf, storedStrategySchema, type FlagIntent } from '@banyan/control';
import { z } from 'zod';
import type { JsonClient } from './http-json.ts';

/** Whether the running facade already decides by the new intent. */
export interface FlagEffect {
  readonly isInEffect: boolean;
  readonly waitedMs: number;
  readonly text: string;
}

const flagSchema = z.object({
  isKnown: z.boolean(),
  definition: z.object({ enabled: z.boolean(), strategies: z.array(storedStrategySchema).nullish() }).nullable(),
});

const pollMs = 50;

/** Waits until the facade holds `intent`, so that the operator's next request is decided by it. Bounded; a facade that is away is no failure. */
export async function awaitEffect(
  facade: Pick<JsonClient, 'call'> | undefined,
  intent: FlagIntent,
  timeoutMs = 10_000,
): Promise<FlagEffect> {
  if (!facade)
    return {
      isInEffect: false,
      waitedMs: 0,
      text: 'Saved in Unleash. No facade is known here; each takes it over at its next refresh.',
    };
  const startedAt = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedAt);
  for (;;) {
    const missing = await whyNotYet(facade, intent);
    if (missing === undefined)
      return { isInEffect: true, waitedMs: elapsedMs(), text: `In effect at the facade after ${elapsedMs()} ms.` };
    if (elapsedMs() >= timeoutMs) {
      return {
        isInEffect: false,
        waitedMs: elapsedMs(),
        text: `Saved in Unleash, but not seen in effect at the facade within ${timeoutMs} ms: ${missing}`,
      };
    }
    await pause(pollMs);
  }
}

/** @returns undefined once the facade holds `intent` */
async function whyNotYet(facade: Pick<JsonClient, 'call'>, intent: FlagIntent): Promise<string | undefined> {
  try {
    const held = await facade.call(flagSchema, 'GET', `/flags/${encodeURIComponent(intent.flag)}`);
    return isSame(held, intent) ? undefined : 'it still decides by the value before.';
  } catch (err) {
    return messageOf(err);
  }
}

function isSame({ definition }: z.infer<typeof flagSchema>, wanted: FlagIntent): boolean {
  if (!definition) return false;
  const held = intentOf(wanted.flag, { enabled: definition.enabled, strategies: definition.strategies ?? [] });
  // Unleash does not hand out the strategies of a flag that is off.
  if (!wanted.isEnabled) return !held.isEnabled;
  return (
    held.isEnabled &&
    held.percent === wanted.percent &&
    [...held.users].sort().join() === [...wanted.users].sort().join()
  );
}
