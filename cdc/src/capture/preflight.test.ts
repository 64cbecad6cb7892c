import { expect, test } from 'vitest';
import { columnsReadBy, type CapturedTable } from './captured-table.ts';
import { findProblems, findWarnings } from './preflight.ts';
import type { SourceFacts } from './source-facts.ts';

const healthy: SourceFacts = {
  databaseName: 'fleet',
  serverVersion: 180_004,
  walLevel: 'logical',
  mayReplicate: true,
  maySetUpPublication: true,
  freeSlotCount: 1,
  freeSenderCount: 1,
  published: undefined,
  tables: [
    {
      kind: 'present',
      table: 'public.t',
      identity: 'f',
      identityColumns: [],
      keyColumns: ['id'],
      columns: ['id', 'owner'],
      mayRead: true,
      isOwner: true,
    },
  ],
};
const table: CapturedTable = {
  table: 'public.t',
  topic: 'topic',
  takes: 'every-change',
  scopeOf: (row) => String(row['owner']),
  keyOf: (row) => Number(row['id']),
};

const concerned = (facts: Partial<SourceFacts>, needsSlot = true) =>
  findProblems({ ...healthy, ...facts }, [table], needsSlot).map(({ concerning }) => concerning);

test('a source in order has no problem', () => {
  expect(concerned({})).toEqual([]);
});

test.each<[string, Partial<SourceFacts>]>([
  ['server', { serverVersion: 130_021 }],
  ['wal_level', { walLevel: 'replica' }],
  ['role', { mayReplicate: false }],
  ['max_replication_slots', { freeSlotCount: 0 }],
  ['max_wal_senders', { freeSenderCount: 0 }],
  ['publication', { maySetUpPublication: false }],
  ['public.other', { published: ['public.t', 'public.other'] }],
  ['public.t', { tables: [{ kind: 'missing', table: 'public.t' }] }],
])('%s is named when it is not', (concerning, facts) => {
  expect(concerned(facts)).toEqual([concerning]);
});

test('an existing slot needs no free one, an existing publication no right to make one', () => {
  expect(concerned({ freeSlotCount: 0, maySetUpPublication: false, published: ['public.t'] }, false)).toEqual([]);
});

test.each([
  [180_000, 0],
  [170_005, 0],
  [170_004, 1],
  [160_008, 1],
  [150_013, 0],
])('a server of version %i has %i warnings', (serverVersion, count) => {
  expect(findWarnings({ ...healthy, serverVersion })).toHaveLength(count);
});

test('the columns a function reads are found, also when it refuses the value', () => {
  const read = (row: Readonly<Record<string, unknown>>): string => {
    if (typeof row['owner'] !== 'string') throw new TypeError('no text');
    return row['owner'];
  };
  expect(columnsReadBy(read)).toEqual(['owner']);
});
