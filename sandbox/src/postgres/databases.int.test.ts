import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase, Secret, silentLogger, type Database } from '@banyan/platform';
import { prepareDatabases, type DatabasesOptions, type DatabaseUrls } from './databases.ts';
import { startPostgres, type RunningPostgres } from './start-postgres.ts';
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';

// A server of its own: roles belong to the whole server, not to a database.
let folder: string;
let postgres: RunningPostgres;
let options: DatabasesOptions;
let urls: DatabaseUrls;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-databases-'));
  await chmod(folder, 0o755);
  postgres = await startPostgres({ folder: join(folder, 'postgres'), port: 0, isDurable: false });
  const password = (): Secret => new Secret(randomBytes(8).toString('hex'));
  const passwords = {
    legacy: password(),
    trips: password(),
    vehicles: password(),
    unleash: password(),
    sync: password(),
  };
  options = { superuserUrl: postgres.superuserUrl, passwords };
  urls = await prepareDatabases(options);
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

function open(url: Secret): Database {
  const database = openDatabase({ url, applicationName: 'test', log: silentLogger, maxConnectionCount: 1 });
  onTestFinished(() => database.close());
  return database;
}

describe('the users of the sandbox', () => {
  test('own their database and make tables there', async () => {
    await open(urls.own.trips).query('create table trip (id int primary key)');
  });

  test('cannot enter the database of another', async () => {
    const url = new URL(urls.own.trips.reveal());
    url.pathname = '/legacy';
    await expect(open(new Secret(url.href)).query('select 1')).rejects.toMatchObject({ code: '42501' });
  });

  test('keep working when the databases are prepared again', async () => {
    expect((await prepareDatabases(options)).own.legacy.reveal()).toBe(urls.own.legacy.reveal());
    await open(urls.own.legacy).query('select 1');
  });
});

describe('the user of the synchronisation', () => {
  test('reads, publishes and writes what an owner made, with an origin', async () => {
    await open(urls.own.legacy).query('create table trip_mst (trip_no int primary key)');
    const sync = open(urls.sync.legacy);
    await sync.query('create schema banyan');
    await sync.query('create publication banyan_legacy for table trip_mst');
    await sync.query(`select pg_replication_origin_create('banyan:trips-legacy')`);
    await sync.query(`select pg_replication_origin_session_setup('banyan:trips-legacy')`);
    await sync.query('insert into trip_mst values (1)');
    await sync.query('select pg_replication_origin_session_reset()');
    const { rows } = await sync.query(`select count(*)::int as count from trip_mst`);
    expect(rows).toEqual([{ count: 1 }]);
  });

  test('makes replication slots and drops them', async () => {
    const sync = open(urls.sync.vehicles);
    await sync.query(`select pg_create_logical_replication_slot('banyan_vehicles', 'pgoutput')`);
    const { rows } = await sync.query(`select pg_drop_replication_slot('banyan_vehicles')`);
    expect(rows).toHaveLength(1);
  });

  test('is no superuser', async () => {
    const { rows } = await open(urls.sync.trips).query(`select current_setting('is_superuser') as is`);
    expect(rows).toEqual([{ is: 'off' }]);
  });
});
