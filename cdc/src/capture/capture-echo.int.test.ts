import { describe, expect, test, vi } from 'vitest';
import { aSource, slotOf, startCapture } from './testing/capture-fixture.ts';

const soon = { timeout: 30_000, interval: 10 };

describe('TRUNCATE', () => {
  test('stops the capture after everything before it was delivered, and says how to go on', async () => {
    const source = await aSource();
    const { capture, events } = await startCapture(source);
    await source.database.query(`insert into parent values (1, 42, 'a', 1)`);
    await source.database.query(`truncate parent`);
    await vi.waitFor(() => expect(capture.state).toMatchObject({ kind: 'stopped', code: 'CDC_TRUNCATED' }), soon);
    expect(events).toHaveLength(1);
    expect((capture.state as { remedy: string }).remedy).toMatch(
      /SYNC_ACCEPTED_TRUNCATES=lab_\w+@[0-9A-F]+\/[0-9A-F]+/,
    );
  });

  test('is passed when the operator accepted it by its position', async () => {
    const source = await aSource();
    const stopped = await startCapture(source);
    await source.database.query(`truncate parent`);
    await vi.waitFor(() => expect(stopped.capture.state.kind).toBe('stopped'), soon);
    await stopped.capture.close();
    const [, at = ''] = /@([0-9A-F/]+)/.exec((stopped.capture.state as { remedy: string }).remedy) ?? [];
    const { events } = await startCapture(source, { acceptedTruncates: [at] });
    await source.database.query(`insert into parent values (1, 42, 'after', 1)`);
    await vi.waitFor(() => expect(events.map(({ after }) => after?.['note'])).toEqual(['after']), soon);
  });
});

describe('echoes', () => {
  const marked = (origin: string, statements: readonly string[]) => [
    `select pg_replication_origin_create('${origin}') where not exists (select from pg_replication_origin where roname = '${origin}')`,
    `select pg_replication_origin_session_setup('${origin}')`,
    `begin`,
    `select pg_replication_origin_xact_setup('0/ABCDEF0', now())`,
    ...statements,
    `commit`,
  ];

  test('a transaction of one of our sinks is dropped whole and counted, another origin flows and is named', async () => {
    const source = await aSource();
    const { capture, events, messages } = await startCapture(source);
    const ours = `banyan:${source.name}`;
    const foreign = `other:${source.name}`;
    await source.database.session(async (session) => {
      for (const statement of marked(ours, [
        `insert into parent values (1, 42, 'echo', 1), (2, 42, 'echo', 1)`,
        `update parent set note = 'again'`,
      ]))
        await session.query(statement);
    });
    await source.database.session(async (session) => {
      for (const statement of marked(foreign, [`insert into parent values (3, 42, 'foreign', 1)`]))
        await session.query(statement);
    });
    await source.database.query(`insert into parent values (4, 42, 'local', 1)`);
    await vi.waitFor(() => expect(events.map(({ after }) => after?.['note'])).toEqual(['foreign', 'local']), soon);
    expect(await capture.status()).toMatchObject({
      echoCount: 4,
      echoTransactionCount: 1,
      capturedCount: 2,
      publishedCount: 2,
    });
    expect(messages.map(({ value }) => /"origin":("[^"]*"|null)/.exec(String(value))?.[1])).toEqual([
      `"${foreign}"`,
      'null',
    ]);
    await source.database.query(
      `select pg_replication_origin_drop(roname) from pg_replication_origin where roname in ('${ours}', '${foreign}')`,
    );
  });

  test('a table first described inside an echo is known afterwards', async () => {
    const source = await aSource();
    const { events } = await startCapture(source);
    const ours = `banyan:${source.name}`;
    await source.database.session(async (session) => {
      for (const statement of marked(ours, [`insert into child values (1, 42, 1)`, `truncate child`]))
        await session.query(statement);
    });
    await source.database.query(`insert into child values (2, 42, 1)`);
    await vi.waitFor(() => expect(events.map(({ after }) => after?.['id'])).toEqual([2]), soon);
    await source.database.query(`select pg_replication_origin_drop('${ours}')`);
  });
});

test('counts, slot and lag stand in the status', async () => {
  const source = await aSource();
  const { capture, events } = await startCapture(source);
  await source.database.query(`insert into parent values (1, 42, 'a', 1)`);
  await vi.waitFor(() => expect(events).toHaveLength(1), soon);
  expect(await capture.status()).toMatchObject({
    source: source.name,
    slot: source.slot,
    state: { kind: 'streaming' },
    snapshot: 'none',
    capturedCount: 1,
    publishedCount: 1,
    lagBytes: expect.any(Number) as number,
    isActive: true,
  });
  expect((await slotOf(source))?.active).toBe(true);
  expect(events.map((event) => event.source)).toEqual([source.name]);
});
