import { createHash } from 'node:crypto';
import type { BusMessage } from '../bus/change-bus.ts';
import type { ChangeEvent, Row } from '../event/change-event.ts';
import { parseChangeEvent } from '../event/parse-change-event.ts';
import { formatPosition } from '../event/headers.ts';
import type { AnyPipeline, Direction } from '../pipelines/pipeline.ts';
import { notForARow, unreadableMessage, type ApplyFailure } from './failure.ts';

interface Arrived {
  readonly message: BusMessage;
  /** The stream whose order must hold; a change that fails stops it. */
  readonly lane: string;
  /** Identity of the message, so that parking it twice parks it once. */
  readonly fingerprint: string;
}

/** A change of one row of one pipeline. */
export interface RowChange extends Arrived {
  readonly kind: 'row';
  readonly event: ChangeEvent;
  readonly pipeline: AnyPipeline;
  readonly key: number;
}

/** A message that no row can be found for. It is parked, never dropped. */
interface LostChange extends Arrived {
  readonly kind: 'lost';
  readonly failure: ApplyFailure;
}

export type Change = RowChange | LostChange;

/** The name under which progress counts what has no pipeline. */
const noPipeline = 'unreadable';

export function pipelineNameOf(change: Change): string {
  return change.kind === 'row' ? change.pipeline.name : noPipeline;
}

/** @returns undefined for a tombstone: the delete before it said everything */
export function toChange(message: BusMessage, { pipelines }: Direction): Change | undefined {
  const parsed = parseChangeEvent(message);
  if (parsed.kind === 'tombstone') return undefined;
  if (parsed.kind === 'unreadable') return lost(message, unreadableMessage(parsed.reason));
  const { event } = parsed;
  const pipeline = pipelines.find(({ table }) => table === event.table);
  const row = event.after ?? event.before;
  if (!pipeline) return lost(message, notForARow(`No pipeline of this direction takes ${event.table}`));
  if (!row) return lost(message, notForARow(`It has operation "${event.operation}" and no row`));
  const key = keyOf(pipeline, row);
  if (key === undefined) return lost(message, notForARow(`Its row has no int4 key for ${pipeline.name}`));
  const fingerprint = `${event.table}/${key}@${formatPosition(event.position)}`;
  return { kind: 'row', message, lane: laneOf(message), fingerprint, event, pipeline, key };
}

// Postgres text holds no NUL; a lane by such a name must be parkable all the same.
function laneOf({ key }: BusMessage): string {
  return key.replaceAll('\0', '\uFFFD');
}

const int4Max = 2_147_483_647;

function keyOf(pipeline: AnyPipeline, row: Row): number | undefined {
  const key: unknown = pipeline.keyOf(row);
  return typeof key === 'number' && Number.isInteger(key) && Math.abs(key) <= int4Max ? key : undefined;
}

function lost(message: BusMessage, failure: ApplyFailure): LostChange {
  const digest = createHash('sha256');
  for (const part of [message.topic, message.key, JSON.stringify(message.headers), message.value ?? ''])
    digest.update(part).update('\0');
  return { kind: 'lost', message, lane: laneOf(message), fingerprint: `sha256:${digest.digest('hex')}`, failure };
}
