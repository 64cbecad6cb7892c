import { BanyanError, messageOf, type Logger } from '@banyan/platform';
import { createBackoff } from './backoff.ts';
import type { BusMessage, SubscribeOptions, Subscription } from './change-bus.ts';
import { createDeferred } from './deferred.ts';
import { byteLimits, cutBySize, sizeOf } from './message-size.ts';

/** A consumer group of the embedded bus: a queue that outlives its subscriptions. */
export interface EmbeddedGroup {
  /** Resolves when the group has applied all messages of its topics among `messages`; at once when there are none. */
  enqueue(messages: readonly BusMessage[]): Promise<void>;
  /** @throws {BanyanError} BUS_GROUP_TAKEN while another subscription of the group is open */
  start(options: SubscribeOptions): Subscription;
  stop(): Promise<void>;
}

interface Entry {
  readonly message: BusMessage;
  readonly onApplied: () => void;
}

interface GroupParts {
  readonly name: string;
  readonly log: Logger;
  readonly redeliveryPauseMs: number;
}

export function createEmbeddedGroup({ name, log, redeliveryPauseMs }: GroupParts): EmbeddedGroup {
  const queue: Entry[] = [];
  let topics: ReadonlySet<string> = new Set();
  let wake: () => void = () => undefined;
  let running: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  const warn = (err: unknown): void => log.warn({ event: 'bus.batch-refused', group: name, err }, messageOf(err));

  async function run({ onBatch, maxBatchCount = 500 }: SubscribeOptions, signal: AbortSignal): Promise<void> {
    const backoff = createBackoff({ firstMs: redeliveryPauseMs, maxMs: 5_000 });
    while (!signal.aborted) {
      const [batch] = cutBySize(queue.slice(0, maxBatchCount), ({ message }) => sizeOf(message), {
        maxBytes: byteLimits.batch,
        maxCount: maxBatchCount,
      });
      if (!batch) await new Promise<void>((resolve) => (wake = resolve));
      else if (await isHandedOver(onBatch, batch, warn)) {
        // Removed only now: whatever was not applied is handed over again, in the same order.
        queue.splice(0, batch.length).forEach(({ onApplied }) => onApplied());
        backoff.reset();
      } else await backoff.pause(signal);
    }
  }

  async function stop(): Promise<void> {
    running?.stop.abort();
    wake();
    await running?.done;
    running = undefined;
  }

  return {
    async enqueue(messages) {
      const mine = messages.filter(({ topic }) => topics.has(topic));
      if (mine.length === 0) return;
      const { promise, countDown } = createCountdown(mine.length);
      for (const message of mine) queue.push({ message, onApplied: countDown });
      wake();
      await promise;
    },
    start(options) {
      if (running) throw taken(name);
      topics = new Set(options.topics);
      const controller = new AbortController();
      running = { stop: controller, done: run(options, controller.signal) };
      return { close: stop };
    },
    stop,
  };
}

async function isHandedOver(
  onBatch: SubscribeOptions['onBatch'],
  batch: readonly Entry[],
  onRefusal: (err: unknown) => void,
): Promise<boolean> {
  try {
    await onBatch(batch.map(({ message }) => message));
    return true;
  } catch (err) {
    onRefusal(err);
    return false;
  }
}

function createCountdown(count: number): { readonly promise: Promise<void>; readonly countDown: () => void } {
  const { promise, resolve } = createDeferred<undefined>();
  let leftCount = count;
  const countDown = (): void => {
    leftCount -= 1;
    if (leftCount === 0) resolve(undefined);
  };
  return { promise, countDown };
}

function taken(group: string): BanyanError {
  return new BanyanError('BUS_GROUP_TAKEN', `The group "${group}" has an open subscription already.`, {
    remedy: 'Close it first; on the embedded bus a group has one subscriber.',
    concerning: group,
  });
}
