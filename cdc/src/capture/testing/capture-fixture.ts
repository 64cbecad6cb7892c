import { createMetrics, migrate, silentLogger, type Database } from '@banyan/platform';
import { createScratchDatabase } from '@banyan/platform/testing';
import { expect, inject, onTestFinished, vi } from 'vitest';
import type { BusMessage, ChangeBus } from '../../bus/change-bus.ts';
import { createEmbeddedBus } from '../../bus/embedded-bus.ts';
import type { ChangeEvent } from '../../event/change-event.ts';
import { parseChangeEvent } from '../../event/parse-change-event.ts';
import { createCaptureMeters } from '../capture-tally.ts';
import { createCapture, type Capture, type CaptureParts } from '../capture.ts';
import type { CapturedTable } from '../captured-table.ts';
import { noCaptureFailpoint } from '../failpoint.ts';
import { defaultTuning, type CaptureTuning } from '../tuning.ts';

export const quickTuning: CaptureTuning = { ...defaultTuning, acknowledgeIntervalMs: 10, reconnectFirstMs: 20 };

export interface Source {
  readonly database: Database;
  readonly url: CaptureParts['url'];
  /** `lab_…`: slots are server-wide, so every scratch database has a source name of its own. */
  readonly name: string;
  readonly slot: string;
}

/** A scratch database with the tables of `sql` and the record of captures; dropped with its slot when the test ends. */
export async function aSource(sql = labTables): Promise<Source> {
  const scratch = await createScratchDatabase(inject('postgresUrl'));
  onTestFinished(() => scratch.drop());
  await migrate(scratch.database, { directory: new URL('../../../migrations/', import.meta.url), set: 'sync' });
  await scratch.database.query(sql);
  const name = new URL(scratch.url.reveal()).pathname.slice('/scratch_'.length);
  return { database: scratch.database, url: scratch.url, name: `lab_${name}`, slot: `banyan_lab_${name}` };
}

const labTables = `
  create table parent (id int primary key, owner int not null, note text, amount numeric(10,2));
  alter table parent replica identity full;
  create table child (id int primary key, owner int not null, parent int not null);
  alter table child replica identity full`;

export const labTable = (table: string, parts: Partial<CapturedTable> = {}): CapturedTable => ({
  table: `public.${table}`,
  topic: 'lab',
  takes: 'every-change',
  scopeOf: (row) => String(row['owner']),
  keyOf: (row) => Number(row['id']),
  ...parts,
});

export interface RunningCapture {
  readonly capture: Capture;
  readonly bus: ChangeBus;
  readonly messages: readonly BusMessage[];
  /** What came out so far, in order. */
  readonly events: readonly ChangeEvent[];
}

/** A capture of `source` that runs until the test ends, and what it publishes on an embedded bus. */
export async function startCapture(source: Source, parts: Partial<CaptureParts> = {}): Promise<RunningCapture> {
  const bus = parts.bus ?? createEmbeddedBus({ log: silentLogger, redeliveryPauseMs: 1 });
  const messages: BusMessage[] = [];
  const events: ChangeEvent[] = [];
  const topics = [...new Set((parts.tables ?? labCaptured).map(({ topic }) => topic))];
  if (!parts.bus)
    await bus.subscribe({
      group: 'test',
      topics,
      onBatch(batch) {
        messages.push(...batch);
        events.push(...batch.map(eventOf));
        return Promise.resolve();
      },
    });
  const capture = createCapture({ ...defaultParts(source, bus), ...parts });
  await capture.prepare();
  capture.start();
  onTestFinished(async () => {
    await capture.close();
    await bus.close();
  });
  return { capture, bus, messages, events };
}

const labCaptured = [labTable('parent'), labTable('child')];

export function defaultParts(source: Source, bus: ChangeBus): CaptureParts {
  return {
    source: source.name,
    url: source.url,
    database: source.database,
    tables: labCaptured,
    snapshot: 'none',
    bus,
    log: silentLogger,
    tally: createCaptureMeters(createMetrics({ process: false })).tallyOf(source.name),
    tuning: quickTuning,
    acceptedTruncates: [],
    nowMicros: () => BigInt(Date.now()) * 1000n,
    failpoint: noCaptureFailpoint,
  };
}

function eventOf(message: BusMessage): ChangeEvent {
  const parsed = parseChangeEvent(message);
  if (parsed.kind !== 'change') throw new TypeError(`not a change: ${JSON.stringify(parsed)}`);
  return parsed.event;
}

/** How the slot stands on the server. */
export async function slotOf({
  database,
  slot,
}: Source): Promise<{ readonly confirmed: string; readonly active: boolean } | undefined> {
  const { rows } = await database.query<{ confirmed: string; active: boolean }>(
    'select confirmed_flush_lsn::text as confirmed, active from pg_replication_slots where slot_name = $1',
    [slot],
  );
  return rows[0];
}

/** Waits until the capture streams. */
export async function streaming(capture: Capture): Promise<void> {
  await vi.waitFor(() => expect(capture.state.kind).toBe('streaming'), { timeout: 30_000, interval: 10 });
}
