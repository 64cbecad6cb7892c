import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtProgram } from '@banyan/platform/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { fillFileBus } from './testing/file-bus.ts';
import type { CrashOrder } from './testing/main-crash.ts';
import { itemChange } from './testing/toy-changes.ts';
import { impossibleLabel } from './testing/toy-direction.ts';
import { createToyKit, type ToyKit } from './testing/toy-kit.ts';

const maxBatchCount = 10;
const process_ = await builtProgram(fileURLToPath(new URL('./testing/main-crash.ts', import.meta.url)));

let kit: ToyKit;
let folder: string;
beforeEach(async () => {
  kit = await createToyKit(inject('postgresUrl'));
  // The processes of the test apply; the kit only looks.
  await kit.sink.close();
  folder = await mkdtemp(join(tmpdir(), 'banyan-crash-'));
});
afterEach(async () => {
  await kit.close();
  await rm(folder, { recursive: true });
});

/** @returns how the process ended: `SIGKILL`, or its exit code */
async function runProcess(killAt: CrashOrder['killAt']): Promise<unknown> {
  const order: CrashOrder = { url: kit.url.reveal(), folder, maxBatchCount, ...(killAt && { killAt }) };
  const child = spawn(process.execPath, [process_, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? exitCode;
}

test.for([
  { moment: 'before-apply', staleCount: 0 },
  { moment: 'before-commit', staleCount: 0 },
  // The target has the batch, the bus does not know: it is handed over again, and every change of it is recognised.
  { moment: 'after-commit', staleCount: 2 * maxBatchCount },
] as const)(
  'killed $moment, twice, the sink loses nothing and counts nothing twice',
  async ({ moment, staleCount }) => {
    // Six lanes, ten changes each; lane 3 is stopped at its second change.
    const changes = Array.from({ length: 60 }, (_, index) => {
      const owner = 1 + (index % 6);
      const label = owner === 3 && index === 8 ? impossibleLabel : `label ${index}`;
      return itemChange('c', { lsn: 100 + index }, { id: 1 + index, owner, label });
    });
    await fillFileBus(folder, changes);
    expect(await runProcess({ moment, count: 1 })).toBe('SIGKILL');
    expect(await runProcess({ moment, count: 3 })).toBe('SIGKILL');
    expect(await runProcess(undefined)).toBe(0);

    expect(await kit.items()).toHaveLength(51);
    expect((await kit.sink.status()).counts).toMatchObject({
      pipelines: [{ appliedCount: 51, staleCount, parkedCount: 9, position: '0/9F:1' }],
      parkedLanes: [{ lane: '3', changeCount: 9 }],
    });
    const { rows } = await kit.database.query(`select count(*)::int as count from banyan.row_version`);
    expect(rows).toEqual([{ count: 51 }]);
  },
);
