import { codeOf, messageOf, policyFor, type Database, type Logger, type Secret } from '@banyan/platform';
import { createBackoff } from '../bus/backoff.ts';
import type { ChangeBus } from '../bus/change-bus.ts';
import { recordAcknowledged, recordSnapshotComplete } from './capture-record.ts';
import type { CaptureCounts, CaptureTally } from './capture-tally.ts';
import type { CapturedTable } from './captured-table.ts';
import type { CaptureFailpoint } from './failpoint.ts';
import type { FlowMeter } from './flow-meter.ts';
import { prepareSource, type PreparedSource } from './prepare-source.ts';
import type { ConnectionParts } from './replication-stream.ts';
import { readSlotLag, type SlotLag } from './slot-lag.ts';
import { ensureSlot, type ReadySlot } from './slot.ts';
import { takeSnapshot } from './snapshot.ts';
import { replicationNameOf } from './sql-names.ts';
import { streamChanges } from './stream-changes.ts';
import type { CaptureTuning } from './tuning.ts';

export interface CaptureParts {
  /** The source's prefix, for example `legacy`. */
  readonly source: string;
  readonly url: Secret;
  readonly database: Database;
  readonly tables: readonly CapturedTable[];
  /** `initial`: what is there when the slot is created is sent first. `none`: only changes from then on. */
  readonly snapshot: 'initial' | 'none';
  readonly bus: ChangeBus;
  readonly log: Logger;
  readonly tally: CaptureTally;
  readonly tuning: CaptureTuning;
  /** See {@link AssemblerParts.acceptedTruncates}. */
  readonly acceptedTruncates: readonly string[];
  readonly nowMicros: () => bigint;
  readonly failpoint: CaptureFailpoint;
}

export type CaptureState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'snapshotting' }
  | { readonly kind: 'streaming' }
  /** It tries again by itself. */
  | { readonly kind: 'waiting'; readonly why: string; readonly remedy: string }
  /** A person must act; changes wait in the slot. */
  | { readonly kind: 'stopped'; readonly code: string; readonly why: string; readonly remedy: string };

export interface CaptureStatus extends CaptureCounts, Partial<SlotLag> {
  readonly source: string;
  readonly slot: string;
  readonly state: CaptureState;
  readonly snapshot: 'none' | 'pending' | 'complete';
  /** Bytes read from the source and not yet durable on the bus. */
  readonly inFlightBytes: number;
}

/** Follows one source database and publishes its changes. */
export interface Capture {
  readonly source: string;
  /** Checks the source and, where no snapshot follows, creates the slot: from here on no change is missed. */
  prepare(): Promise<void>;
  /** Runs until {@link close}: lost connections are made again, problems a person must solve stop it and show in the status. */
  start(): void;
  status(): Promise<CaptureStatus>;
  readonly state: CaptureState;
  close(): Promise<void>;
}

export function createCapture(parts: CaptureParts): Capture {
  const { source, database, log } = parts;
  const slot = replicationNameOf(source);
  const closing = new AbortController();
  const progress: Progress = { state: { kind: 'starting' }, isSnapshotComplete: false, meter: undefined };
  let running: Promise<void> = Promise.resolve();

  return {
    source,
    async prepare() {
      await prepareSource({ ...parts, publication: slot });
      if (parts.snapshot === 'none') await (await readySlot(parts, slot)).exported?.release();
    },
    start() {
      running = runUntilClosed(parts, slot, progress, closing.signal);
    },
    async status() {
      const lag = await readSlotLag(database, slot).catch((err: unknown) => {
        log.debug({ event: 'capture.lag-unknown', source, err }, 'the lag of a slot cannot be read');
        return undefined;
      });
      return {
        source,
        slot,
        state: progress.state,
        ...parts.tally.counts,
        ...lag,
        inFlightBytes: progress.meter?.bytes ?? 0,
        snapshot: snapshotState(parts, progress),
      };
    },
    get state() {
      return progress.state;
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

interface Progress {
  state: CaptureState;
  isSnapshotComplete: boolean;
  meter: FlowMeter | undefined;
}

function snapshotState({ snapshot }: CaptureParts, { isSnapshotComplete }: Progress): CaptureStatus['snapshot'] {
  if (snapshot === 'none') return 'none';
  return isSnapshotComplete ? 'complete' : 'pending';
}

async function runUntilClosed(
  parts: CaptureParts,
  slot: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { log, source, tuning } = parts;
  const backoff = createBackoff({ firstMs: tuning.reconnectFirstMs, maxMs: tuning.reconnectLongestMs });
  // As a function, because its answer changes while one waits.
  const isClosed = (): boolean => signal.aborted;
  while (!isClosed()) {
    const beganAtMs = performance.now();
    try {
      await captureOnce(parts, slot, progress, signal);
    } catch (err) {
      if (isClosed()) return;
      // A connection that held for a while was a good one: the next attempt may come at once.
      if (performance.now() - beganAtMs > tuning.reconnectLongestMs) backoff.reset();
      const { retry, remedy } = policyFor(err);
      if (retry !== 'timed') {
        progress.state = { kind: 'stopped', code: codeOf(err), why: messageOf(err), remedy };
        log.error({ event: 'capture.stopped', source, err }, `${messageOf(err)} ${remedy}`);
        return;
      }
      progress.state = { kind: 'waiting', why: messageOf(err), remedy };
      log.warn(
        { event: 'capture.interrupted', source, err },
        `capture of "${source}" connects again: ${messageOf(err)}`,
      );
      await backoff.pause(signal);
    }
  }
}

async function captureOnce(parts: CaptureParts, slot: string, progress: Progress, signal: AbortSignal): Promise<void> {
  const prepared = await prepareSource({ ...parts, publication: slot });
  const ready = await readySlot(parts, slot);
  if (parts.snapshot === 'initial' && !ready.record.isSnapshotComplete) {
    progress.state = { kind: 'snapshotting' };
    await snapshotAll(parts, prepared, ready, signal);
  } else await ready.exported?.release();
  progress.isSnapshotComplete = true;
  try {
    await stream(parts, prepared, progress, signal);
  } catch (err) {
    // The slot was dropped or invalidated while in use: that verdict says more than the server's refusal to go on.
    if (slotGone.has(codeOf(err))) await readySlot(parts, slot);
    throw err;
  } finally {
    progress.meter = undefined;
  }
}

/** object_not_in_prerequisite_state, undefined_object */
const slotGone: ReadonlySet<string> = new Set(['55000', '42704']);

function readySlot(parts: CaptureParts, slot: string): Promise<ReadySlot> {
  return ensureSlot({ ...parts, slot, connection: connectionOf(parts) });
}

async function snapshotAll(
  parts: CaptureParts,
  prepared: PreparedSource,
  ready: ReadySlot,
  signal: AbortSignal,
): Promise<void> {
  const { source, database, log, failpoint, tally, tuning } = parts;
  log.info(
    { event: 'snapshot.started', source, isExact: ready.exported !== undefined },
    `snapshot of "${source}" started`,
  );
  await takeSnapshot({
    ...parts,
    database: prepared.databaseName,
    keyColumns: prepared.keyColumns,
    columns: prepared.columns,
    connection: connectionOf(parts),
    consistentLsn: ready.record.consistentLsn,
    exported: ready.exported,
    chunkBytes: tuning.chunkBytes,
    onCaptured: (count) => tally.captured(count),
    onPublished: (count) => tally.published(count),
    signal,
  });
  await failpoint('snapshot-published');
  // Only now: a snapshot that is marked complete is never read again.
  await recordSnapshotComplete(database, source);
  await failpoint('snapshot-completed');
  log.info({ event: 'snapshot.completed', source }, `snapshot of "${source}" is complete`);
}

async function stream(
  parts: CaptureParts,
  prepared: PreparedSource,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { source, database, tally, log } = parts;
  const name = replicationNameOf(source);
  await streamChanges(
    {
      ...parts,
      database: prepared.databaseName,
      keyColumns: prepared.keyColumns,
      slot: name,
      publication: name,
      connection: connectionOf(parts),
      recordAcknowledged: (lsn) => recordAcknowledged(database, source, lsn),
      onEcho: (count) => tally.echo(count),
      onCaptured: (count) => tally.captured(count),
      onPublished: (count) => tally.published(count),
      onStreaming(meter) {
        progress.meter = meter;
        progress.state = { kind: 'streaming' };
        log.info({ event: 'capture.streaming', source }, `capture of "${source}" is streaming`);
      },
    },
    signal,
  );
}

function connectionOf({ url, log, source }: CaptureParts): ConnectionParts {
  return { url, log, applicationName: `banyan capture ${source}` };
}
