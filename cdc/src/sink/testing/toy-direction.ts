import { isDeepStrictEqual } from 'node:util';
import { tableStore } from '@banyan/platform';
import { z } from 'zod';
import type { Direction, Pipeline } from '../../pipelines/pipeline.ts';

/** A small model that can fail in every way the sink must survive: two tables, a foreign key, a unique column, a check, a bounded text. */
export const toyTables = `
  create table item (
    id int primary key, owner int not null, label text not null unique, note text, amount int not null check (amount >= 0));
  create table part (
    id int primary key, item_id int not null references item, owner int not null, name varchar(10) not null)`;

const itemColumns = {
  id: z.number(),
  owner: z.number(),
  label: z.string(),
  note: z.string().nullable(),
  amount: z.number(),
};
const partColumns = { id: z.number(), item_id: z.number(), owner: z.number(), name: z.string() };

const item = z.object(itemColumns);
const part = z.object(partColumns);
export type Item = z.infer<typeof item>;
export type Part = z.infer<typeof part>;

/** The label that no target can express. */
export const impossibleLabel = 'impossible';

const itemPipeline: Pipeline<Item, Item> = {
  name: 'toy.item',
  table: 'public.item',
  decode: (row) => item.parse(row),
  keyOf: (row) => row['id'] as number,
  scopeOf: (row) => String(row['owner']),
  translate: (source, existing) =>
    source.label === impossibleLabel
      ? { kind: 'untranslatable', field: 'label', reason: 'has no counterpart' }
      : { kind: 'translated', record: existing && isDeepStrictEqual(source, existing) ? existing : source },
  target: tableStore<Item>({
    table: 'item',
    key: 'id',
    columns: Object.keys(itemColumns),
    toRow: (record) => record,
    fromRow: (row) => item.parse(row),
  }),
};

const partPipeline: Pipeline<Part, Part> = {
  name: 'toy.part',
  table: 'public.part',
  decode: (row) => part.parse(row),
  keyOf: (row) => row['id'] as number,
  scopeOf: (row) => String(row['owner']),
  translate: (source) => ({ kind: 'translated', record: source }),
  target: tableStore<Part>({
    table: 'part',
    key: 'id',
    columns: Object.keys(partColumns),
    toRow: (record) => record,
    fromRow: (row) => part.parse(row),
  }),
};

export const toyDirection: Direction = {
  name: 'toy',
  source: 'there',
  target: 'here',
  topic: 'there.toys',
  pipelines: [itemPipeline, partPipeline],
};
