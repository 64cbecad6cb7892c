import { BanyanError, type Logger } from '@banyan/platform';
import { createByteGate } from './byte-gate.ts';
import type { BusMessage, ChangeBus } from './change-bus.ts';
import { createDeferred } from './deferred.ts';
import { createGroupQueue, type GroupQueue } from './group-queue.ts';
import { byteLimits, cutBySize, refuseTooLarge, sizeOf } from './message-size.ts';

export interface EmbeddedBusOptions {
  readonly log: Logger;
  /** At most so many bytes of messages are inside: published and not yet applied by every group. */
  readonly inFlightBytesLimit?: number;
  readonly messageBytesLimit?: number;
  /** First pause before a rejected batch is handed over again; it doubles up to 5 s. */
  readonly redeliveryPauseMs?: number;
}

export interface EmbeddedBus extends ChangeBus {
  readonly inFlightBytes: number;
}

/**
 * The bus inside one process. It stores nothing: `publish` resolves when every group that ever subscribed to the topic has applied the
 * message, so the replication slot itself is the durable log, and after a crash the source sends again whatever was not applied.
 * A topic nobody ever subscribed to has nobody to wait for: subscribe sinks before captures start.
 */
export function createEmbeddedBus(options: EmbeddedBusOptions): EmbeddedBus {
  const {
    log,
    inFlightBytesLimit = 16_777_216,
    messageBytesLimit = byteLimits.message,
    redeliveryPauseMs = 100,
  } = options;
  const portionBytes = Math.min(byteLimits.batch, inFlightBytesLimit);
  const groups = new Map<string, EmbeddedGroup>();
  const gate = createByteGate(inFlightBytesLimit);
  const closed = createDeferred<never>();
  let isClosed = false;

  /** Hands one portion to all groups of its topics; resolves when all have applied it. */
  async function deliver(portion: readonly BusMessage[]): Promise<void> {
    const sizeBytes = portion.reduce((sum, message) => sum + sizeOf(message), 0);
    await gate.enter(sizeBytes);
    const applied = [...groups.values()].map(({ topics, queue }) => {
      const taken = portion.filter(({ topic }) => topics.has(topic));
      return queue.enqueue(taken).applied;
    });
    await Promise.all(applied);
    gate.leave(sizeBytes);
  }

  return {
    ensureTopics: () => Promise.resolve(),
    async publish(messages) {
      refuseTooLarge(messages, messageBytesLimit);
      if (isClosed) throw closedError();
      const portions = cutBySize(messages, sizeOf, { maxBytes: portionBytes, maxCount: Number.MAX_SAFE_INTEGER });
      // All portions enter the gate now, in order, ahead of whatever is published after this call.
      await Promise.race([Promise.all(portions.map(deliver)), closed.promise]);
    },
    async subscribe({ group, topics, ...options }) {
      const queue = groups.get(group)?.queue ?? createGroupQueue({ group, log, redeliveryPauseMs });
      const subscription = queue.start(options);
      groups.set(group, { topics: new Set(topics), queue });
      return Promise.resolve(subscription);
    },
    backlogCount: (group) => Promise.resolve(groups.get(group)?.queue.waitingCount ?? 0),
    async close() {
      isClosed = true;
      await Promise.all([...groups.values()].map(({ queue }) => queue.stop()));
      closed.reject(closedError());
    },
    get inFlightBytes() {
      return gate.insideBytes;
    },
  };
}

interface EmbeddedGroup {
  readonly topics: ReadonlySet<string>;
  readonly queue: GroupQueue;
}

function closedError(): BanyanError {
  return new BanyanError('BUS_CLOSED', 'The bus was closed before every message was applied.', {
    remedy: 'Nothing is lost: the source sends again what was not acknowledged.',
  });
}
