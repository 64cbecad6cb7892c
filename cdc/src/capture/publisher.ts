import type { BusMessage, ChangeBus } from '../bus/change-bus.ts';
import { sizeOf } from '../bus/message-size.ts';
import { createChunkQueue, type Chunk } from './chunk-queue.ts';
import type { CaptureFailpoint } from './failpoint.ts';
import type { FlowMeter } from './flow-meter.ts';

export interface PublisherParts {
  readonly bus: ChangeBus;
  /** A chunk is sent when it holds so many messages or bytes, at the latest when the current read of the socket is done. */
  readonly chunkCount: number;
  readonly chunkBytes: number;
  readonly meter: FlowMeter;
  /** Everything of the source before `lsn` is durable on the bus; grows, and always stands at the end of a transaction. */
  readonly onDurable: (lsn: bigint) => void;
  readonly onPublished: (messageCount: number) => void;
  readonly onFailure: (err: unknown) => void;
  readonly failpoint: CaptureFailpoint;
}

/** Sends messages in chunks while their transaction still streams in, several chunks at a time, in order. */
export interface Publisher {
  add(messages: readonly BusMessage[]): void;
  /** The transaction of the messages before this call has ended at `endLsn`. */
  commit(endLsn: bigint): void;
  /** Nothing waits or is on its way. */
  readonly isIdle: boolean;
}

interface FullChunk extends Chunk {
  messages: BusMessage[];
  sizeBytes: number;
}

const emptyChunk = (): FullChunk => ({ messages: [], sizeBytes: 0, endLsn: undefined, isDurable: false });

export function createPublisher(parts: PublisherParts): Publisher {
  const { chunkCount, chunkBytes, meter } = parts;
  const underway = createChunkQueue<FullChunk>();
  let filling = emptyChunk();
  let isFlushPlanned = false;

  function flush(): void {
    isFlushPlanned = false;
    if (filling.messages.length === 0) return;
    const chunk = filling;
    filling = emptyChunk();
    underway.push(chunk);
    send(chunk).catch(parts.onFailure);
  }

  async function send(chunk: FullChunk): Promise<void> {
    await parts.bus.publish(chunk.messages);
    await parts.failpoint('chunk-published');
    parts.onPublished(chunk.messages.length);
    chunk.messages = [];
    meter.leave(chunk.sizeBytes);
    const reached = underway.settle(chunk);
    if (reached !== undefined) parts.onDurable(reached);
  }

  function take(message: BusMessage): void {
    const sizeBytes = sizeOf(message);
    filling.messages.push(message);
    filling.sizeBytes += sizeBytes;
    meter.enter(sizeBytes);
    if (filling.messages.length >= chunkCount || filling.sizeBytes >= chunkBytes) flush();
  }

  return {
    add(messages) {
      messages.forEach(take);
      if (isFlushPlanned || filling.messages.length === 0) return;
      isFlushPlanned = true;
      setImmediate(flush);
    },
    commit(endLsn) {
      const holder = filling.messages.length > 0 ? filling : underway.last;
      if (holder) holder.endLsn = endLsn;
      else parts.onDurable(endLsn);
    },
    get isIdle() {
      return underway.last === undefined && filling.messages.length === 0;
    },
  };
}
