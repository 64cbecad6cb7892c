import { setTimeout as sleep } from 'node:timers/promises';
import { createDeferred } from '../bus/deferred.ts';
import type { ChangeBus } from '../bus/change-bus.ts';
import { createAcknowledger } from './acknowledger.ts';
import { createAssembler, type AssemblerParts } from './assembler.ts';
import type { CaptureFailpoint } from './failpoint.ts';
import { createFlowMeter, type FlowMeter } from './flow-meter.ts';
import { decodePgoutput } from './pgoutput.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { openReplicationStream, type ConnectionParts, type ReplicationStream } from './replication-stream.ts';
import type { CaptureTuning } from './tuning.ts';

export interface StreamChangesParts extends AssemblerParts {
  readonly slot: string;
  readonly publication: string;
  readonly connection: ConnectionParts;
  readonly bus: ChangeBus;
  readonly tuning: CaptureTuning;
  readonly failpoint: CaptureFailpoint;
  /** Writes what is about to be acknowledged into the source database. */
  readonly recordAcknowledged: (lsn: bigint) => Promise<void>;
  readonly onStreaming: (meter: FlowMeter) => void;
  readonly onCaptured: (messageCount: number) => void;
  readonly onPublished: (messageCount: number) => void;
}

/** While idle the slot follows the end of the WAL in steps, not at every keepalive: recording a step writes WAL itself. */
const idleStepBytes = 65_536n;
const settleTimeoutMs = 2_000;

/**
 * One replication connection: from the server's socket to the bus, and back as acknowledgements. Runs until `signal` is aborted.
 *
 * @throws what ended it: a lost connection, a refused message, a failed publish. The next call begins after what was acknowledged
 */
export async function streamChanges(parts: StreamChangesParts, signal: AbortSignal): Promise<void> {
  const failure = createDeferred<never>();
  const over = new AbortController();
  const fail = (err: unknown): void => failure.reject(err as Error);
  let stream: ReplicationStream | undefined;

  const meter = createFlowMeter({
    limitBytes: parts.tuning.inFlightBytesLimit,
    onFull: () => stream?.pause(),
    onRoom: () => stream?.resume(),
  });
  const acknowledger = createAcknowledger({
    record: parts.recordAcknowledged,
    confirm: (lsn) => stream?.confirm(lsn),
    intervalMs: parts.tuning.acknowledgeIntervalMs,
    onFailure: fail,
    failpoint: parts.failpoint,
  });
  const publisher = createPublisher({
    ...parts.tuning,
    ...parts,
    meter,
    onDurable: (lsn) => acknowledger.reached(lsn),
    onFailure: fail,
  });
  try {
    stream = await openReplicationStream({
      ...parts,
      ...parts.connection,
      ...readWith(parts, publisher, acknowledger),
    });
    // Data may have come before this line ran.
    if (meter.isFull) stream.pause();
    parts.onStreaming(meter);
    await Promise.race([stream.ended, failure.promise, whenAborted(signal, over.signal)]);
    stream.pause();
    await settle(publisher);
  } finally {
    over.abort();
    await acknowledger.close();
    await stream?.close();
  }
}

/** What happens to each message of the server, synchronously: its bytes do not outlive the callback. */
function readWith(
  parts: StreamChangesParts,
  publisher: Publisher,
  { reached }: { readonly reached: (lsn: bigint) => void },
) {
  const assembler = createAssembler(parts);
  let idleLsn = 0n;
  return {
    onData(data: Buffer, lsn: bigint): void {
      const assembled = assembler.accept(decodePgoutput(data), lsn);
      if (assembled.kind === 'messages') {
        parts.onCaptured(assembled.messages.length);
        publisher.add(assembled.messages);
      }
      if (assembled.kind === 'committed') publisher.commit(assembled.endLsn);
    },
    onKeepalive(walEnd: bigint): void {
      // While anything is on its way, the position of a keepalive would acknowledge changes that could still be lost.
      if (assembler.isInTransaction || !publisher.isIdle || walEnd - idleLsn < idleStepBytes) return;
      idleLsn = walEnd;
      reached(walEnd);
    },
  };
}

/** @param over - takes the listener away again: a capture opens many connections in its life */
function whenAborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true, signal: over });
  });
}

/** A capture that closes gives what is on its way a moment, so that the next start need not send it again. */
async function settle(publisher: Publisher): Promise<void> {
  const endAtMs = performance.now() + settleTimeoutMs;
  while (!publisher.isIdle && performance.now() < endAtMs) await sleep(5);
}
