import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase, Secret, silentLogger, type Database } from '@banyan/platform';
import { freePort } from '../processes/free-port.ts';
import { startTimeOf } from '../processes/process-identity.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startPostgres, type RunningPostgres } from './start-postgres.ts';

async function start(folder: string, port = 0): Promise<RunningPostgres> {
  const postgres = await startPostgres({ folder, port, isDurable: false });
  onTestFinished(async () => {
    await postgres.stop();
  });
  return postgres;
}

function open({ superuserUrl }: RunningPostgres): Database {
  const database = openDatabase({
    url: superuserUrl,
    applicationName: 'test',
    log: silentLogger,
    maxConnectionCount: 1,
  });
  onTestFinished(() => database.close());
  return database;
}

describe('the embedded Postgres', () => {
  test('keeps its data and its password between starts', async () => {
    const folder = join(await temporaryFolder(), 'postgres');
    const first = await start(folder);
    const before = open(first);
    await before.query('create table kept as select 42 as answer');
    await before.close();
    await first.stop();
    const { rows } = await open(await start(folder)).query('select answer from kept');
    expect(rows).toEqual([{ answer: 42 }]);
  });

  test('is durable unless it is for a test', async () => {
    const postgres = await startPostgres({
      folder: join(await temporaryFolder(), 'postgres'),
      port: 0,
      isDurable: true,
    });
    onTestFinished(async () => {
      await postgres.stop();
    });
    const { rows } = await open(postgres).query(
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as "synchronousCommit"`,
    );
    expect(rows).toEqual([{ fsync: 'on', synchronousCommit: 'on' }]);
  });

  test('lets nobody in without the password', async () => {
    const postgres = await start(join(await temporaryFolder(), 'postgres'));
    const url = new URL(postgres.superuserUrl.reveal());
    url.password = 'guessed';
    const stranger = openDatabase({ url: new Secret(url.href), applicationName: 'test', log: silentLogger });
    onTestFinished(() => stranger.close());
    await expect(stranger.query('select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('says that its port is taken', async () => {
    const squatter = createServer().listen(await freePort(), '127.0.0.1');
    onTestFinished(() => void squatter.close());
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const refused = startPostgres({ folder: join(await temporaryFolder(), 'postgres'), port, isDurable: false });
    await expect(refused).rejects.toMatchObject({ code: 'POSTGRES_PORT_TAKEN' });
  });

  test('refuses a data folder of another major version', async () => {
    const folder = join(await temporaryFolder(), 'postgres');
    const postgres = await start(folder);
    await postgres.stop();
    await writeFile(join(postgres.folder, 'cluster', 'PG_VERSION'), '12\n');
    await expect(start(folder)).rejects.toMatchObject({ code: 'POSTGRES_OTHER_VERSION' });
  });

  test('starts although a dead server left its lock, with a number that another process has now', async () => {
    const folder = join(await temporaryFolder(), 'postgres');
    const postgres = await start(folder);
    const lock = join(postgres.folder, 'cluster', 'postmaster.pid');
    const text = await readFile(lock, 'utf8');
    await postgres.stop();
    await writeFile(lock, text.replace(/^\d+/, String(process.pid)));
    expect((await start(folder)).pid).toBeGreaterThan(0);
  });

  test('refuses a data folder that another server has', async () => {
    const folder = join(await temporaryFolder(), 'postgres');
    await start(folder);
    await expect(start(folder)).rejects.toMatchObject({ code: 'POSTGRES_ALREADY_RUNS' });
  });

  test('leaves no process behind', async () => {
    const postgres = await start(join(await temporaryFolder(), 'postgres'));
    await postgres.stop();
    expect(await startTimeOf(postgres.pid)).toBeUndefined();
  });
});
