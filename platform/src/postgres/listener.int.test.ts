import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { Secret } from '../config/secret.ts';
import { captureLog, createScratchDatabase, type ScratchDatabase, eventually } from '../testing/index.ts';
import { openDatabase } from './pool.ts';

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
});
afterAll(() => scratch.drop());

const notify = (channel: string, payload: string) =>
  scratch.database.query('select pg_notify($1, $2)', [channel, payload]);
const backends = (channel: string) =>
  scratch.database.query<{ pid: number }>(`select pid from pg_stat_activity where query = 'listen "' || $1 || '"'`, [
    channel,
  ]);

describe('a listener', () => {
  test('gets the payloads of its channel, in order, and of no other', async () => {
    const payloads: string[] = [];
    const listener = await scratch.database.listen('positions', (payload) => payloads.push(payload));
    await notify('others', '0');
    await notify('positions', '1');
    await notify('positions', '');
    await eventually(() => expect(payloads).toEqual(['1', '']));
    await listener.close();
  });

  test('listens again after its connection was lost, and says so, for what was notified meanwhile is gone', async () => {
    const { log, lines } = captureLog();
    const database = openDatabase({ url: scratch.url, applicationName: 'test', log });
    const payloads: string[] = [];
    const onReconnect = vi.fn(() => payloads.push('reconnected'));
    await database.listen('lost', (payload) => payloads.push(payload), onReconnect);
    expect(onReconnect).not.toHaveBeenCalled();
    for (const { pid } of (await backends('lost')).rows)
      await scratch.database.query('select pg_terminate_backend($1, 5000)', [pid]);
    await eventually(() => expect(onReconnect).toHaveBeenCalledOnce());
    await notify('lost', '2');
    await eventually(() => expect(payloads).toEqual(['reconnected', '2']));
    expect(lines.map(({ event }) => event)).toEqual(expect.arrayContaining(['listener.lost', 'listener.restored']));
    await database.close();
  });

  test('is closed with its database', async () => {
    const database = openDatabase({ url: scratch.url, applicationName: 'test', log: captureLog().log });
    await database.listen('closing', () => undefined);
    expect((await backends('closing')).rows).toHaveLength(1);
    await database.close();
    await eventually(async () => expect((await backends('closing')).rows).toEqual([]));
  });

  test('that is closed stays closed', async () => {
    const { log, lines } = captureLog();
    const database = openDatabase({ url: scratch.url, applicationName: 'test', log });
    const listener = await database.listen('closed', () => undefined);
    await listener.close();
    await listener.close();
    await database.close();
    expect(lines).toEqual([]);
  });

  test('may be closed while its server is away', async () => {
    const { log, lines } = captureLog();
    const own = await createScratchDatabase(inject('postgresUrl'), { log });
    const listener = await own.database.listen('gone', () => undefined);
    await own.drop();
    await listener.close();
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('rejects when it cannot connect at first', async () => {
    const url = new URL(scratch.url.reveal());
    url.pathname = '/nowhere';
    const database = openDatabase({ url: new Secret(url.href), applicationName: 'test', log: captureLog().log });
    await expect(database.listen('positions', () => undefined)).rejects.toMatchObject({ code: '3D000' });
    await database.close();
  });

  test('refuses a channel that is no plain name', async () => {
    await expect(scratch.database.listen('a"; drop table b', () => undefined)).rejects.toMatchObject({
      code: 'IDENTIFIER_INVALID',
    });
  });
});
