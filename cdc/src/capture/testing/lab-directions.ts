import { tableStore } from '@banyan/platform';
import { definePipeline, type AnyPipeline, type Direction } from '../../pipelines/pipeline.ts';
import type { Row } from '../../event/change-event.ts';

interface LabRow {
  readonly id: number;
  readonly owner: number;
  readonly parent: number | null;
  readonly note: string;
}

/** The same tables on both sides, a child with a foreign key, carried both ways. */
export const labTwoWayTables = `
  create table parent (id int primary key, owner int not null, note text not null, parent int);
  alter table parent replica identity full;
  create table child (id int primary key, owner int not null, note text not null, parent int references parent on delete cascade);
  alter table child replica identity full`;

/** Left is the one with a past, right the other; names are unique on the server, because slots and origins are the server's. */
export function labDirections(name: string): readonly Direction[] {
  const pipelines = [labPipeline('parent'), labPipeline('child')];
  const [left, right] = [`${name}_left`, `${name}_right`];
  return [
    { name: `${name}-lr`, source: left, target: right, topic: `${name}.lr`, pipelines },
    { name: `${name}-rl`, source: right, target: left, topic: `${name}.rl`, pipelines },
  ];
}

function labPipeline(table: string): AnyPipeline {
  return definePipeline<LabRow, LabRow>({
    name: `lab.${table}`,
    table: `public.${table}`,
    keyOf: (row) => Number(row['id']),
    scopeOf: (row) => String(row['owner']),
    decode: toLabRow,
    translate: (record) => ({ kind: 'translated', record }),
    target: tableStore<LabRow>({
      table,
      key: 'id',
      columns: ['id', 'owner', 'note', 'parent'],
      toRow: (row) => ({ ...row }),
      fromRow: toLabRow,
    }),
  });
}

function toLabRow(row: Row | Readonly<Record<string, unknown>>): LabRow {
  const parent = row['parent'];
  return {
    id: Number(row['id']),
    owner: Number(row['owner']),
    note: String(row['note']),
    parent: typeof parent === 'number' ? parent : null,
  };
}
