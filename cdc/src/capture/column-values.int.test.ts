import { expect, test, vi } from 'vitest';
import type { ColumnValue, Row } from '../event/change-event.ts';
import { aSource, labTable, startCapture, type Source } from './testing/capture-fixture.ts';

const soon = { timeout: 30_000, interval: 10 };

/** Type, SQL literal, and what Debezium's JSON has for it with `decimal.handling.mode=string`. */
const values: readonly (readonly [type: string, literal: string, json: ColumnValue])[] = [
  ['bool', 'true', true],
  ['bool', 'false', false],
  ['bool', 'null', null],
  ['int2', '-32768', -32768],
  ['int4', '2147483647', 2147483647],
  ['int8', '42', 42],
  ['int8', '9007199254740991', 9007199254740991],
  ['int8', '9007199254740993', 9007199254740993n],
  ['int8', '-9223372036854775808', -9223372036854775808n],
  ['oid', '4294967295', 4294967295],
  ['real', '1.1', 1.1],
  ['double precision', '0.1', 0.1],
  ['double precision', '1e300', 1e300],
  ['double precision', `'-0'`, -0],
  ['double precision', `'NaN'`, 'NaN'],
  ['double precision', `'-Infinity'`, '-Infinity'],
  ['numeric(10,2)', '12.30', '12.30'],
  ['numeric', '123456789012345678901234567890.000000000100', '123456789012345678901234567890.000000000100'],
  ['numeric', `'NaN'`, 'NAN'],
  ['numeric', `'Infinity'`, 'POSITIVE_INFINITY'],
  ['text', `''`, ''],
  ['text', `E'tab\\t "quote" \\\\ 한국어 🚗'`, 'tab\t "quote" \\ 한국어 🚗'],
  ['varchar(5)', `'ab '`, 'ab '],
  ['char(4)', `'ab'`, 'ab  '],
  ['"char"', `'x'`, 'x'],
  ['name', `'a_name'`, 'a_name'],
  ['date', `'1970-01-02'`, 1],
  ['date', `'2023-12-31'`, 19722],
  ['date', `'0044-03-15 BC'`, -735160],
  ['date', `'infinity'`, 2147483647],
  ['time(3)', `'13:15:00.123'`, 47700123],
  ['time', `'13:15:00.123456'`, 47700123456],
  ['time', `'24:00:00'`, 86400000000],
  ['timestamp(0)', `'2018-06-20 15:13:16'`, 1529507596000],
  ['timestamp(3)', `'2018-06-20 15:13:16.945'`, 1529507596945],
  ['timestamp', `'2018-06-20 15:13:16.945104'`, 1529507596945104],
  ['timestamp(6)', `'1969-12-31 23:59:59.999999'`, -1],
  ['timestamp(3)', `'1969-12-31 23:59:59.999'`, -1],
  ['timestamp', `'9999-12-31 23:59:59.999999'`, 253402300799999999n],
  ['timestamp', `'0001-01-01 00:00:00 BC'`, -62167219200000000n],
  ['timestamp', `'infinity'`, 9223372036825200000n],
  ['timestamp(0)', `'-infinity'`, -9223372036832400000n],
  ['timestamptz', `'2024-10-29 06:37:01.12747+09'`, '2024-10-28T21:37:01.12747Z'],
  ['timestamptz', `'2024-10-28 21:37:01+00'`, '2024-10-28T21:37:01Z'],
  ['timestamptz(3)', `'2024-10-28 21:37:01.1+00'`, '2024-10-28T21:37:01.100Z'],
  ['timestamptz(0)', `'2024-10-28 21:37:01+00'`, '2024-10-28T21:37:01Z'],
  ['timestamptz', `'12024-10-28 21:37:01+00'`, '+12024-10-28T21:37:01Z'],
  ['timestamptz', `'0044-03-15 00:00:00+00 BC'`, '-0043-03-15T00:00:00Z'],
  ['timestamptz', `'infinity'`, 'infinity'],
  ['interval', `'1 year 2 months 3 days 4:05:06.78'`, 'P1Y2M3DT4H5M6.78S'],
  ['uuid', `'7B3E0F6A-1f0e-4b5e-9c1d-0123456789ab'`, '7b3e0f6a-1f0e-4b5e-9c1d-0123456789ab'],
  ['json', `'{"b": 1,  "a": [1, 2]}'`, '{"b": 1,  "a": [1, 2]}'],
  ['jsonb', `'{"b": 1,  "a": 12345678901234567890}'`, '{"a": 12345678901234567890, "b": 1}'],
  ['bytea', `'\\xdeadbeef'`, '3q2+7w=='],
  ['bytea', `''`, ''],
  ['inet', `'10.0.0.1/8'`, '10.0.0.1/8'],
  ['int4range', `'[1,5)'`, '[1,5)'],
  ['mood', `'happy'`, 'happy'],
  ['grade', '7', 7],
  ['int4[]', `'{1,NULL,3}'`, [1, null, 3]],
  ['int4[]', `'{}'`, []],
  [
    'int4[]',
    `'{{1,2},{3,4}}'`,
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['int4[]', `'[0:1]={5,6}'`, [5, 6]],
  ['int8[]', `'{9007199254740993}'`, [9007199254740993n]],
  [
    'text[]',
    `array['a', null, 'NULL', 'with "quotes"', 'comma, brace}', '']`,
    ['a', null, 'NULL', 'with "quotes"', 'comma, brace}', ''],
  ],
  ['numeric(6,2)[]', `'{1.10,NaN}'`, ['1.10', 'NAN']],
  ['timestamp(3)[]', `'{"2018-06-20 15:13:16.945"}'`, [1529507596945]],
  ['timestamptz(3)[]', `'{"2018-06-20 15:13:16.9+00"}'`, ['2018-06-20T15:13:16.900Z']],
  ['bool[]', `'{t,f}'`, [true, false]],
  ['uuid[]', `'{7b3e0f6a-1f0e-4b5e-9c1d-0123456789ab}'`, ['7b3e0f6a-1f0e-4b5e-9c1d-0123456789ab']],
  ['bytea[]', `array['\\xdeadbeef'::bytea]`, ['3q2+7w==']],
  ['jsonb[]', `array['{"a": "b"}'::jsonb]`, ['{"a": "b"}']],
  ['date[]', `'{1970-01-02}'`, [1]],
];

const expected: Row = Object.fromEntries(values.map(([, , json], index) => [`c${index}`, json]));

/** Two tables at once would exceed nothing; one wide table shows every type in one row. */
async function aWideTable(): Promise<Source> {
  const columns = values.map(([type], index) => `c${index} ${type}`).join(', ');
  return aSource(`
    create type mood as enum ('sad', 'happy');
    create domain grade as int check (value between 1 and 10);
    create table wide (id int primary key, owner int not null, ${columns});
    alter table wide replica identity full`);
}

const literals = values.map(([, literal]) => literal).join(', ');
const widePart = { tables: [labTable('wide')], snapshot: 'initial' } as const;

test('every type comes out of the snapshot and out of the stream alike, and as Debezium writes it', async () => {
  const source = await aWideTable();
  await source.database.query(`insert into wide values (1, 42, ${literals})`);
  const { events, capture } = await startCapture(source, widePart);
  await vi.waitFor(() => expect(capture.state.kind).toBe('streaming'), soon);
  await source.database.query(`insert into wide values (2, 42, ${literals})`);
  await vi.waitFor(() => expect(events).toHaveLength(2), soon);
  const [read, inserted] = events.map(({ after }) => after);
  expect(read).toEqual({ id: 1, owner: 42, ...expected });
  expect(inserted).toEqual({ id: 2, owner: 42, ...expected });
});

test('the server and role may have any date, interval and byte style', async () => {
  const source = await aWideTable();
  const { rows } = await source.database.query<{ name: string }>('select current_database() as name');
  for (const setting of [
    `datestyle = 'SQL, DMY'`,
    `timezone = 'Asia/Seoul'`,
    `intervalstyle = 'sql_standard'`,
    `bytea_output = 'escape'`,
    `extra_float_digits = -5`,
  ])
    await source.database.query(`alter database ${rows[0]?.name ?? ''} set ${setting}`);
  const { events, capture } = await startCapture(source, widePart);
  await vi.waitFor(() => expect(capture.state.kind).toBe('streaming'), soon);
  await source.database.query(`insert into wide values (2, 42, ${literals})`);
  await vi.waitFor(() => expect(events).toHaveLength(1), soon);
  expect(events[0]?.after).toEqual({ id: 2, owner: 42, ...expected });
});
