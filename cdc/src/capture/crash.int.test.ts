import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { migrate, type Database } from '@banyan/platform';
import { builtProgram, createScratchDatabase } from '@banyan/platform/testing';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { syncMigrations } from '../sink/sync-migrations.ts';
import { labTwoWayTables } from './testing/lab-directions.ts';
import type { LabOrder } from './testing/main-lab.ts';

const main = await builtProgram(fileURLToPath(new URL('./testing/main-lab.ts', import.meta.url)));
// Processes start anew after each kill, seven times in one test: a busy machine takes minutes for that.
vi.setConfig({ testTimeout: 240_000 });
const soon = { timeout: 45_000, interval: 50 };

const dropOrigins = 'select pg_replication_origin_drop(roname) from pg_replication_origin where roname like $1';

interface Lab {
  readonly name: string;
  readonly left: Database;
  readonly right: Database;
  /** Starts the process; with a failpoint it will kill itself there. */
  start(options?: { readonly failpoint?: string; readonly chunkCount?: number }): LabProcess;
}

interface LabProcess {
  /** Resolves when the process killed itself at its failpoint. */
  readonly killed: Promise<void>;
}

async function aLab(): Promise<Lab> {
  const [left, right] = await Promise.all([
    createScratchDatabase(inject('postgresUrl')),
    createScratchDatabase(inject('postgresUrl')),
  ]);
  const name = `lab_${new URL(left.url.reveal()).pathname.slice('/scratch_'.length)}`;
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) await ended(child);
    // Whoever was killed still holds its origin until the server notices.
    await vi.waitFor(() => left.database.query(dropOrigins, [`banyan:${name}%`]), soon);
    await left.drop();
    await right.drop();
  });
  for (const { database } of [left, right]) {
    await migrate(database, syncMigrations);
    await database.query(labTwoWayTables);
  }
  return {
    name,
    left: left.database,
    right: right.database,
    start({ failpoint, chunkCount = 10 } = {}) {
      const order: LabOrder = {
        name,
        leftUrl: left.url.reveal(),
        rightUrl: right.url.reveal(),
        chunkCount,
        ...(failpoint !== undefined && { failpoint }),
      };
      const child = spawn(process.execPath, [main, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'pipe'] });
      children.push(child);
      const killed = killedItself(child, failpoint);
      // Whoever waits for it is told; one that nobody waits for says nothing.
      killed.catch(() => undefined);
      return { killed };
    },
  };
}

async function killedItself(child: ChildProcess, failpoint: string | undefined): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  // One that does not come to its failpoint ends all the same, with what it has said.
  const late = setTimeout(() => failpoint !== undefined && child.kill('SIGTERM'), 120_000);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(late);
  if (signal !== 'SIGKILL') throw new TypeError(`the lab ended with ${code ?? signal ?? ''}: ${said}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const content = async (database: Database) => {
  const parents = await database.query('select id, owner, note from parent order by id');
  const children = await database.query('select id, owner, note, parent from child order by id');
  return { parents: parents.rows, children: children.rows };
};

async function converged({ left, right }: Lab): Promise<void> {
  await vi.waitFor(async () => expect(await content(right)).toEqual(await content(left)), soon);
}

/** Rows of the past, for the snapshot; several chunks of it. */
async function seed({ left }: Lab, count = 60): Promise<void> {
  await left.query(`insert into parent select i, i % 7, 'seed', null from generate_series(1, ${count}) i`);
  await left.query(`insert into child select i, i % 7, 'seed', i from generate_series(1, ${count}) i`);
}

/** Changes on both sides, each on rows of its own: an update, a delete, new rows with children, a changed key. */
async function work({ left, right }: Lab, turn: number): Promise<void> {
  const base = 1_000 * turn;
  await left.transaction(async (tx) => {
    await tx.query(`insert into parent values (${base + 1}, 1, 'left ${turn}', null)`);
    await tx.query(`insert into child values (${base + 1}, 1, 'left ${turn}', ${base + 1})`);
  });
  await left.query(`update parent set note = 'changed ${turn}' where id = ${turn}`);
  await left.query(`delete from child where id = ${turn + 10}`);
  await left.query(`update child set id = ${base + 500} where id = ${turn + 30}`);
  await right.transaction(async (tx) => {
    await tx.query(`insert into parent values (${1_000_000 + base}, 2, 'right ${turn}', null)`);
    await tx.query(`insert into child values (${1_000_000 + base}, 2, 'right ${turn}', ${1_000_000 + base})`);
  });
}

describe('after a kill both sides converge and nothing is lost:', () => {
  test.each([
    ['after the slot was made, before the first row of the snapshot', 'left/slot-created'],
    ['in the middle of the snapshot', 'left/snapshot-chunk-published#4'],
    ['when the snapshot is out, before it is marked complete', 'left/snapshot-published'],
    ['when the snapshot is marked complete, before the first change', 'left/snapshot-completed'],
    ["after the other side's slot was made", 'right/slot-created'],
  ])('%s', async (_when, failpoint) => {
    const lab = await aLab();
    await seed(lab);
    await lab.start({ failpoint }).killed;
    // While nobody looks: rows of the past change and go, on a side that may have been read half.
    for (const turn of [1, 2, 3]) await work(lab, turn);
    lab.start();
    await converged(lab);
    await work(lab, 4);
    await converged(lab);
    expect((await content(lab.left)).parents).toHaveLength(68);
  });

  test.each([
    ['between publishing and acknowledging', 'left/before-acknowledge#2'],
    ['between recording the position and telling the slot', 'left/acknowledge-recorded#2'],
    ['after the slot was told', 'left/acknowledged#2'],
    ['after a publish on the other side', 'right/chunk-published#2'],
  ])('%s', async (_when, failpoint) => {
    const lab = await aLab();
    await seed(lab, 40);
    const { killed } = lab.start({ failpoint });
    await converged(lab);
    let turn = 0;
    const working = { isOver: false };
    void killed.then(() => (working.isOver = true));
    while (!working.isOver) await work(lab, (turn += 1));
    await killed;
    await work(lab, turn + 1);
    lab.start();
    await converged(lab);
  });

  test('between two chunks of one transaction', async () => {
    const lab = await aLab();
    const { killed } = lab.start({ failpoint: 'left/chunk-published#3', chunkCount: 20 });
    await vi.waitFor(async () => expect(await slots(lab)).toBe(2), soon);
    await lab.left.query(`insert into parent select i, i % 5, 'big', null from generate_series(1, 500) i`);
    await killed;
    // Some of it is there: the transaction was not held whole, and will come again.
    lab.start();
    await converged(lab);
    expect((await content(lab.right)).parents).toHaveLength(500);
  });

  test('at every boundary of tiny transactions that follow each other at once', async () => {
    const lab = await aLab();
    const { killed } = lab.start({ failpoint: 'left/chunk-published', chunkCount: 1 });
    await vi.waitFor(async () => expect(await slots(lab)).toBe(2), soon);
    await tiny(lab, 0);
    await killed;
    for (let boundary = 1; boundary <= 6; boundary += 1) {
      const again = lab.start({ failpoint: `left/chunk-published#${boundary}`, chunkCount: 1 });
      await tiny(lab, boundary);
      await again.killed;
    }
    lab.start();
    await converged(lab);
    expect((await content(lab.right)).parents).toHaveLength(7 * 8);
  });
});

test('what was applied is never sent back: the loop stands still when nobody writes', async () => {
  const lab = await aLab();
  await seed(lab);
  lab.start();
  // Before its slot is there, the right side is not followed: only the left one has a past.
  await vi.waitFor(async () => expect(await slots(lab)).toBe(2), soon);
  for (const turn of [1, 2, 3]) await work(lab, turn);
  await converged(lab);
  const before = await applied(lab);
  // A change of each side is the proof that everything before it has passed.
  await work(lab, 4);
  await converged(lab);
  const after = await applied(lab);
  expect(after.right - before.right).toBe(leftChangesPerTurn);
  expect(after.left - before.left).toBe(rightChangesPerTurn);
});

/** The changed key counts twice: a delete and a create. */
const leftChangesPerTurn = 6;
const rightChangesPerTurn = 2;

async function tiny({ left }: Lab, turn: number): Promise<void> {
  for (let index = 0; index < 8; index += 1)
    await left.query(`insert into parent values (${turn * 100 + index}, ${index % 2}, 'tiny', null)`);
}

async function slots({ name, left }: Lab): Promise<number> {
  const { rows } = await left.query<{ count: number }>(
    'select count(*)::int as count from pg_replication_slots where slot_name like $1 and active',
    [`banyan_${name}%`],
  );
  return rows[0]?.count ?? 0;
}

/** Changes applied in each database, exactly, as its own transactions counted them. */
async function applied({ left, right }: Lab): Promise<{ readonly left: number; readonly right: number }> {
  const count = async (database: Database) => {
    const { rows } = await database.query<{ count: number }>(
      'select coalesce(sum(applied_count), 0)::int as count from banyan.progress',
    );
    return rows[0]?.count ?? 0;
  };
  return { left: await count(left), right: await count(right) };
}
