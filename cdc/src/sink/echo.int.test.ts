import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { itemChange } from './testing/toy-changes.ts';
import { createToyKit, type ToyKit } from './testing/toy-kit.ts';
import { eventually } from '@banyan/platform/testing';

let kit: ToyKit;
beforeEach(async () => {
  kit = await createToyKit(inject('postgresUrl'));
  await kit.database.query(`create publication p for table item`);
  await kit.database.query(`select pg_create_logical_replication_slot('echo_' || current_database(), 'pgoutput')`);
});
afterEach(async () => {
  await kit.database.query(`select pg_drop_replication_slot('echo_' || current_database())`);
  await kit.close();
});

const origin = () => `banyan:toy@${new URL(kit.url.reveal()).pathname.slice(1)}`;

/** One entry per transaction in the slot: what its origin message says, null without one. */
async function originsInSlot(): Promise<readonly ({ readonly lsn: string; readonly name: string } | null)[]> {
  const { rows } = await kit.database.query<{ data: Buffer }>(
    `select data from pg_logical_slot_get_binary_changes('echo_' || current_database(), null, null,
       'proto_version', '1', 'publication_names', 'p')`,
  );
  const messages = rows.map(({ data }) => data);
  return messages.flatMap((message, index) =>
    message.toString('latin1', 0, 1) === 'B' ? [originOf(messages[index + 1])] : [],
  );
}

function originOf(message: Buffer | undefined) {
  if (message?.toString('latin1', 0, 1) !== 'O') return null;
  return { lsn: message.readBigUInt64BE(1).toString(16), name: message.toString('utf8', 9, message.length - 1) };
}

test('what the sink writes carries the origin of its direction and the position it came from, in every transaction', async () => {
  await kit.publish(itemChange('c', { lsn: 0x10 }));
  await kit.database.query(`update item set amount = 1`);
  await kit.publish(itemChange('u', { lsn: 0x20 }, { amount: 2 }), itemChange('u', { lsn: 0x2a }, { amount: 3 }));
  await kit.publish(itemChange('u', { lsn: 0x30 }, { amount: 4 }));
  expect(await originsInSlot()).toEqual([
    { lsn: '10', name: origin() },
    null,
    { lsn: '2a', name: origin() },
    { lsn: '30', name: origin() },
  ]);
});

test('what is redriven carries the origin, too, and not the position of the batch before', async () => {
  await kit.publish(itemChange('c', { lsn: 0x10 }, { label: 'taken' }));
  await kit.publish(itemChange('c', { lsn: 0x20 }, { id: 2, owner: 2, label: 'taken' }));
  await kit.publish(itemChange('u', { lsn: 0x30 }, { label: 'free' }));
  await kit.sink.redrive();
  await eventually(async () => expect(await kit.items()).toHaveLength(2));
  expect(await originsInSlot()).toEqual([
    { lsn: '10', name: origin() },
    { lsn: '30', name: origin() },
    { lsn: '0', name: origin() },
  ]);
});

test('the origin remembers the furthest position, and a second sink of the direction is refused', async () => {
  await kit.publish(itemChange('c', { lsn: 0x10 }));
  await kit.publish(itemChange('u', { lsn: 0x30 }, { amount: 1 }));
  await kit.publish(itemChange('u', { lsn: 0x20 }, { amount: 2 }));
  const { rows } = await kit.database.query(`select pg_replication_origin_progress('${origin()}', false) as lsn`);
  expect(rows).toEqual([{ lsn: '0/30' }]);
  const second = kit.database.session((session) =>
    session.query(`select pg_replication_origin_session_setup('${origin()}')`),
  );
  await expect(second).rejects.toMatchObject({ code: '55006' });
});
