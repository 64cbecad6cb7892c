import { BanyanError, messageOf, type Logger } from '@banyan/platform';
import { createBackoff } from './backoff.ts';
import type { BusMessage, SubscribeOptions, Subscription } from './change-bus.ts';
import { createDeferred } from './deferred.ts';
import { byteLimits, cutBySize, sizeOf } from './message-size.ts';

export interface GroupQueueParts {
  readonly group: string;
  readonly log: Logger;
  /** First pause before a refused batch is handed over again; it doubles up to 5 s. */
  readonly redeliveryPauseMs: number;
}

/** What waits for one consumer group, in order. It outlives its subscriptions. */
export interface GroupQueue {
  enqueue(messages: readonly BusMessage[]): Ticket;
  /** Messages that are not applied yet. */
  readonly waitingCount: number;
  /** Hands batches over, one at a time. @throws {BanyanError} BUS_GROUP_TAKEN while another subscription of the group is open */
  start(options: Pick<SubscribeOptions, 'onBatch' | 'maxBatchCount'>): Subscription;
  /** Waits for the running batch; what was not applied stays in the queue. */
  stop(): Promise<void>;
}

export interface Ticket {
  /** Resolves when all messages of the ticket are applied; never rejects. */
  readonly applied: Promise<void>;
  /** Takes what is not being applied right now out of the queue. */
  forget(): void;
}

interface Entry {
  readonly message: BusMessage;
  readonly ticket: Countdown;
}

export function createGroupQueue({ group, log, redeliveryPauseMs }: GroupQueueParts): GroupQueue {
  const queue: Entry[] = [];
  let handedOverCount = 0;
  let wake: () => void = () => undefined;
  let running: { readonly closing: AbortController; readonly done: Promise<void> } | undefined;
  const warn = (err: unknown): void => log.warn({ event: 'bus.batch-refused', group, err }, messageOf(err));

  async function run(
    { onBatch, maxBatchCount = 500 }: Pick<SubscribeOptions, 'onBatch' | 'maxBatchCount'>,
    signal: AbortSignal,
  ): Promise<void> {
    const backoff = createBackoff({ firstMs: redeliveryPauseMs, maxMs: 5_000 });
    while (!signal.aborted) {
      const batch = firstBatch(queue, maxBatchCount);
      handedOverCount = batch.length;
      if (batch.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      else if (await isHandedOver(onBatch, batch, warn)) {
        // Removed only now: whatever was not applied is handed over again, in the same order.
        queue.splice(0, batch.length).forEach(({ ticket }) => ticket.countDown());
        backoff.reset();
      } else await backoff.pause(signal);
    }
  }

  async function stop(): Promise<void> {
    running?.closing.abort();
    wake();
    await running?.done;
    running = undefined;
  }

  return {
    get waitingCount() {
      return queue.length;
    },
    enqueue(messages) {
      const ticket = append(queue, messages);
      wake();
      return {
        applied: ticket.promise,
        forget: () => dropWaiting(queue, handedOverCount, ticket),
      };
    },
    start(options) {
      if (running) throw taken(group);
      const closing = new AbortController();
      running = { closing, done: run(options, closing.signal) };
      return { close: stop };
    },
    stop,
  };
}

function append(queue: Entry[], messages: readonly BusMessage[]): Countdown {
  const ticket = createCountdown(messages.length);
  for (const message of messages) queue.push({ message, ticket });
  return ticket;
}

/** What is handed over right now, the first entries, stays. */
function dropWaiting(queue: Entry[], handedOverCount: number, ticket: Countdown): void {
  const kept = queue.splice(handedOverCount).filter((entry) => entry.ticket !== ticket);
  queue.push(...kept);
}

function firstBatch(queue: readonly Entry[], maxCount: number): readonly Entry[] {
  const limits = { maxBytes: byteLimits.batch, maxCount };
  return cutBySize(queue.slice(0, maxCount), ({ message }) => sizeOf(message), limits)[0] ?? [];
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

interface Countdown {
  readonly promise: Promise<void>;
  countDown(): void;
}

function createCountdown(count: number): Countdown {
  const { promise, resolve } = createDeferred<undefined>();
  let leftCount = count;
  if (count === 0) resolve(undefined);
  return {
    promise,
    countDown() {
      leftCount -= 1;
      if (leftCount === 0) resolve(undefined);
    },
  };
}

function taken(group: string): BanyanError {
  return new BanyanError('BUS_GROUP_TAKEN', `The group "${group}" has an open subscription already.`, {
    remedy: 'Close it first; on the embedded bus a group has one subscriber.',
    concerning: group,
  });
}
