import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { ChangeEvent, ColumnValue } from './change-event.ts';
import { toBusMessages, type CaptureContext } from './envelope.ts';
import { headerNames } from './headers.ts';
import { parseChangeEvent } from './parse-change-event.ts';

const aChange = (parts: Partial<ChangeEvent> = {}): ChangeEvent => ({
  operation: 'c',
  source: 'legacy',
  table: 'public.t',
  position: { commitLsn: 0x16_b374_d848n, ordinal: 3 },
  before: null,
  after: { id: 1, user_id: 1, mileage: '1.50', note: '{"a": 1}' },
  unavailable: [],
  committedAtMicros: 1795238816788710n,
  transactionId: 755,
  scope: '42',
  ...parts,
});

const context: CaptureContext = {
  database: 'postgres',
  keyColumns: ['id'],
  lsn: 24620040n,
  lastCommitLsn: null,
  publishedAtMicros: 1795238825274350n,
};

const only = (event: ChangeEvent, given?: CaptureContext) => {
  const [message] = toBusMessages(event, 'legacy.trips', given);
  if (!message) throw new TypeError('a change has a message');
  return message;
};

describe('the envelope', () => {
  test('is written field by field as Debezium 3.6 writes it with schemas off', () => {
    expect(only(aChange(), context).value?.toString()).toBe(
      '{"before":null,"after":{"id":1,"user_id":1,"mileage":"1.50","note":"{\\"a\\": 1}"},' +
        '"source":{"version":"3.6.0.Final","connector":"postgresql","name":"legacy","ts_ms":1795238816788,"snapshot":"false",' +
        '"db":"postgres","sequence":"[null,\\"24620040\\"]","ts_us":1795238816788710,"ts_ns":1795238816788710000,' +
        '"schema":"public","table":"t","txId":755,"lsn":24620040,"xmin":null,"origin":null,"origin_lsn":null},' +
        '"transaction":null,"op":"c","ts_ms":1795238825274,"ts_us":1795238825274350,"ts_ns":1795238825274350000}',
    );
  });

  test('is keyed by the lane and carries key and position in headers', () => {
    expect(only(aChange(), context)).toMatchObject({
      topic: 'legacy.trips',
      key: '42',
      headers: { 'banyan-position': '16/B374D848:3', 'banyan-key': '{"id":1}' },
    });
  });

  test('names the unavailable columns out of band', () => {
    const { headers } = only(aChange({ unavailable: ['note', 'größe'] }), context);
    expect(headers[headerNames.unavailable]).toBe('["note","größe"]');
  });

  test('names the other key of a changed primary key in the headers Debezium uses', () => {
    const gone = aChange({ operation: 'd', before: { id: 1 }, after: null });
    const made = aChange({ after: { id: 2 } });
    expect(only(gone, { ...context, counterpart: { id: 2 } }).headers['__debezium.newkey']).toBe('{"id":2}');
    expect(only(made, { ...context, counterpart: { id: 1 } }).headers['__debezium.oldkey']).toBe('{"id":1}');
  });

  test('writes an int8 beyond 2^53 as raw digits and a double of that size with an exponent', () => {
    const text = only(aChange({ after: { id: 9007199254740993n, x: 2 ** 60, zero: -0 } })).value?.toString();
    expect(text).toContain('{"id":9007199254740993,"x":1.152921504606847e+18,"zero":-0.0}');
  });
});

const scalar: fc.Arbitrary<ColumnValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'binary' }),
);
const columnValue = fc.oneof(scalar, fc.array(fc.oneof(scalar, fc.array(scalar))));
const row = fc.option(fc.dictionary(fc.string({ unit: 'grapheme' }), columnValue, { noNullPrototype: true }));
const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('.'));
const event: fc.Arbitrary<ChangeEvent> = fc.record({
  operation: fc.constantFrom('c', 'u', 'd', 'r', 't'),
  source: name,
  table: fc.tuple(name, name).map((parts) => parts.join('.')),
  position: fc.record({ commitLsn: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), ordinal: fc.nat() }),
  before: row,
  after: row,
  unavailable: fc.array(name),
  committedAtMicros: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
  transactionId: fc.option(fc.nat(2 ** 32 - 1)),
  scope: fc.string(),
});

describe('parseChangeEvent', () => {
  property.prop([event])('reads back exactly what was written', (written) => {
    expect(parseChangeEvent(only(written))).toEqual({ kind: 'change', event: written });
  });

  property.prop([fc.uint8Array()])('calls random bytes unreadable and never throws', (bytes) => {
    const message = { ...only(aChange()), value: Buffer.from(bytes) };
    expect(parseChangeEvent(message).kind).toBe('unreadable');
  });

  property.prop([fc.json(), fc.constantFrom('before', 'after', 'source', 'op', 'transaction')])(
    'survives any JSON in any field',
    (json, field) => {
      const envelope = JSON.parse(only(aChange()).value?.toString() ?? '') as Record<string, unknown>;
      const value = Buffer.from(JSON.stringify({ ...envelope, [field]: JSON.parse(json) as unknown }));
      expect(['change', 'unreadable']).toContain(parseChangeEvent({ ...only(aChange()), value }).kind);
    },
  );

  test('a record without value is a tombstone', () => {
    expect(parseChangeEvent({ ...only(aChange()), value: null })).toEqual({ kind: 'tombstone' });
  });

  test('a record without position is unreadable, because it has no order', () => {
    expect(parseChangeEvent({ ...only(aChange()), headers: {} })).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('banyan-position') as string,
    });
  });

  test('a value that is no JSON is not quoted in the reason', () => {
    const value = Buffer.from('{"secret": "row value');
    expect(parseChangeEvent({ ...only(aChange()), value })).toEqual({
      kind: 'unreadable',
      reason: 'its text is no JSON',
    });
  });

  test('a column that holds a structure is named', () => {
    const value = Buffer.from(only(aChange()).value?.toString().replace('"1.50"', '{"scale":2}') ?? '');
    expect(parseChangeEvent({ ...only(aChange()), value })).toEqual({
      kind: 'unreadable',
      reason: 'after.mileage holds a structure',
    });
  });
});
