import type { Capture, CaptureState, CaptureStatus } from '../capture/capture.ts';
import type { Direction } from '../pipelines/pipeline.ts';
import type { DirectionStatus, ParkedLane, SinkState } from '../sink/direction-status.ts';
import type { Sink } from '../sink/sink.ts';

/** The answer of `GET /status`, and what `banyan sync status` prints. */
export interface SyncStatus {
  readonly role: string;
  readonly bus: string;
  readonly sources: readonly SourceReport[];
  readonly directions: readonly DirectionReport[];
}

export interface SourceReport {
  readonly name: string;
  readonly slot: string;
  /** starting, snapshotting, streaming, waiting (tries again by itself), stopped (a person must act) */
  readonly state: CaptureState['kind'];
  readonly why: string | null;
  readonly remedy: string | null;
  /** none, pending, complete */
  readonly snapshot: CaptureStatus['snapshot'];
  /** Since the start of this process; what is sent again after an interruption counts again. */
  readonly capturedCount: number;
  readonly publishedCount: number;
  /** Changes and transactions of our own sinks that were dropped, so that they do not go back. */
  readonly echoCount: number;
  readonly echoTransactionCount: number;
  /** WAL not yet acknowledged; null while the source cannot be asked. */
  readonly lagBytes: number | null;
  readonly retainedBytes: number | null;
  readonly inFlightBytes: number;
}

export interface DirectionReport {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  /** starting, running, retrying, stopped, closed */
  readonly state: SinkState['kind'];
  readonly why: string | null;
  readonly remedy: string | null;
  readonly lagSeconds: number | null;
  /** Changes that are on the bus and not applied yet; null while the bus cannot be asked. */
  readonly backlogCount: number | null;
  /** When the source committed the furthest change that was handled, ISO text. */
  readonly lastCommittedAt: string | null;
  readonly appliedCount: number;
  readonly staleCount: number;
  readonly parkedCount: number;
  readonly pipelines: readonly PipelineReport[];
  readonly parkedLaneCount: number;
  /** The first ones; `parkedLaneCount` says how many there are. */
  readonly parkedLanes: readonly ParkedLaneReport[];
}

export interface PipelineReport {
  readonly name: string;
  readonly appliedCount: number;
  readonly staleCount: number;
  readonly parkedCount: number;
  readonly position: string | null;
}

export interface ParkedLaneReport {
  readonly lane: string;
  readonly changeCount: number;
  readonly since: string;
  readonly table: string;
  readonly key: number | null;
  readonly position: string | null;
  readonly code: string;
  readonly reason: string;
  readonly remedy: string | null;
  readonly attemptCount: number;
  readonly nextAttemptAt: string | null;
}

export interface SyncStatusParts {
  readonly role: string;
  readonly bus: string;
  readonly captures: readonly Capture[];
  readonly sinks: readonly Sink[];
  readonly directions: readonly Direction[];
}

/** Asks all captures and sinks at once; never rejects: what cannot be asked says why. */
export async function readSyncStatus({ role, bus, captures, sinks, directions }: SyncStatusParts): Promise<SyncStatus> {
  const [sources, reports] = await Promise.all([
    Promise.all(captures.map(async (capture) => sourceReport(await capture.status()))),
    Promise.all(sinks.map(async (sink) => directionReport(await sink.status(), directions))),
  ]);
  return { role, bus, sources, directions: reports };
}

function sourceReport({ source, state, lagBytes, retainedBytes, ...rest }: CaptureStatus): SourceReport {
  return {
    name: source,
    slot: rest.slot,
    state: state.kind,
    ...troubleOf(state),
    snapshot: rest.snapshot,
    capturedCount: rest.capturedCount,
    publishedCount: rest.publishedCount,
    echoCount: rest.echoCount,
    echoTransactionCount: rest.echoTransactionCount,
    lagBytes: lagBytes ?? null,
    retainedBytes: retainedBytes ?? null,
    inFlightBytes: rest.inFlightBytes,
  };
}

function directionReport(status: DirectionStatus, directions: readonly Direction[]): DirectionReport {
  const { direction, source, target, state, lagSeconds, backlogCount, counts } = status;
  const known = counts.kind === 'known' ? counts : { pipelines: [], parkedLaneCount: 0, parkedLanes: [] };
  const pipelines = pipelineReports(direction, known.pipelines, directions);
  const sum = (count: (pipeline: PipelineReport) => number): number =>
    pipelines.reduce((total, pipeline) => total + count(pipeline), 0);
  return {
    name: direction,
    source,
    target,
    state: state.kind,
    ...troubleOf(counts.kind === 'unknown' ? counts : state),
    lagSeconds,
    backlogCount: backlogCount ?? null,
    lastCommittedAt: latest(known.pipelines.map(({ committedAt }) => committedAt)),
    appliedCount: sum(({ appliedCount }) => appliedCount),
    staleCount: sum(({ staleCount }) => staleCount),
    parkedCount: sum(({ parkedCount }) => parkedCount),
    pipelines,
    parkedLaneCount: known.parkedLaneCount,
    parkedLanes: known.parkedLanes.map(laneReport),
  };
}

type Counted = Extract<DirectionStatus['counts'], { kind: 'known' }>['pipelines'];

/** Every declared pipeline, also before its first change, and whatever else was counted (`unreadable`). */
function pipelineReports(
  direction: string,
  counted: Counted,
  directions: readonly Direction[],
): readonly PipelineReport[] {
  const declared = directions.find(({ name }) => name === direction)?.pipelines.map(({ name }) => name) ?? [];
  const names = new Set([...declared, ...counted.map(({ pipeline }) => pipeline)]);
  return [...names].map((name) => {
    const found = counted.find(({ pipeline }) => pipeline === name);
    return {
      name,
      appliedCount: found?.appliedCount ?? 0,
      staleCount: found?.staleCount ?? 0,
      parkedCount: found?.parkedCount ?? 0,
      position: found?.position ?? null,
    };
  });
}

function laneReport({ table, errorCode, errorMessage, ...lane }: ParkedLane): ParkedLaneReport {
  return {
    ...lane,
    table: table ?? 'unknown',
    code: errorCode ?? '',
    reason: errorMessage ?? 'it waits behind another change',
  };
}

function troubleOf(state: object): { readonly why: string | null; readonly remedy: string | null } {
  return 'why' in state && 'remedy' in state
    ? { why: String(state.why), remedy: String(state.remedy) }
    : { why: null, remedy: null };
}

/** ISO texts of one form compare as they are. */
function latest(times: readonly (string | null)[]): string | null {
  return times.reduce((left, right) => ((right ?? '') > (left ?? '') ? right : left), null);
}
