import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { decodePgoutput, type RelationColumn, type Tuple } from './pgoutput.ts';

const byte = (tag: string | number): Buffer => (typeof tag === 'string' ? Buffer.from(tag, 'latin1') : Buffer.of(tag));
const uint16 = (value: number): Buffer => {
  const data = Buffer.alloc(2);
  data.writeUInt16BE(value);
  return data;
};
const uint32 = (value: number): Buffer => {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value);
  return data;
};
const int32 = (value: number): Buffer => {
  const data = Buffer.alloc(4);
  data.writeInt32BE(value);
  return data;
};
const int64 = (value: bigint): Buffer => {
  const data = Buffer.alloc(8);
  data.writeBigInt64BE(value);
  return data;
};
const cstring = (text: string): Buffer => Buffer.from(`${text}\0`);
const tuple = (values: Tuple): Buffer =>
  Buffer.concat([
    uint16(values.length),
    ...values.flatMap((value) => {
      if (value === null) return [byte('n')];
      if (value === undefined) return [byte('u')];
      const text = Buffer.from(value);
      return [byte('t'), uint32(text.length), text];
    }),
  ]);
const bytes = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

const micros2000 = 946_684_800_000_000n;

describe('decodePgoutput reads', () => {
  test('Begin, with the commit LSN, the commit time and a transaction id above 2^31', () => {
    expect(decodePgoutput(bytes(byte('B'), int64(0x1530500n), int64(1n), uint32(4_000_000_000)))).toEqual({
      kind: 'begin',
      commitLsn: 0x1530500n,
      committedAtMicros: micros2000 + 1n,
      transactionId: 4_000_000_000,
    });
  });

  test('Commit, with the LSN to acknowledge', () => {
    expect(decodePgoutput(bytes(byte('C'), byte(0), int64(5n), int64(9n), int64(0n)))).toEqual({
      kind: 'commit',
      commitLsn: 5n,
      endLsn: 9n,
    });
  });

  test('Origin, byte for byte as Postgres 15 sent it', () => {
    const wire = Buffer.concat([Buffer.from('4f00000000abcdef00', 'hex'), cstring('banyan:legacy-trips')]);
    expect(decodePgoutput(wire)).toEqual({ kind: 'origin', originLsn: 0xabcdef00n, name: 'banyan:legacy-trips' });
  });

  test('Truncate of several tables', () => {
    expect(decodePgoutput(bytes(byte('T'), uint32(2), byte(3), uint32(1), uint32(4_294_967_295)))).toEqual({
      kind: 'truncate',
      relationIds: [1, 4_294_967_295],
    });
  });

  test('Type and a logical message', () => {
    expect(decodePgoutput(bytes(byte('Y'), uint32(70_000), cstring('public'), cstring('mood')))).toEqual({
      kind: 'type',
      typeId: 70_000,
      schema: 'public',
      name: 'mood',
    });
    const content = Buffer.from('héllo');
    expect(
      decodePgoutput(bytes(byte('M'), byte(1), int64(7n), cstring('banyan'), uint32(content.length), content)),
    ).toEqual({ kind: 'message', isTransactional: true, prefix: 'banyan', content: 'héllo' });
  });

  test('Delete with a key tuple apart from one with a whole old row', () => {
    expect(decodePgoutput(bytes(byte('D'), uint32(1), byte('K'), tuple(['7', null])))).toEqual({
      kind: 'delete',
      relationId: 1,
      old: { isWholeRow: false, values: ['7', null] },
    });
    expect(decodePgoutput(bytes(byte('D'), uint32(1), byte('O'), tuple(['7', null])))).toMatchObject({
      old: { isWholeRow: true },
    });
  });
});

const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(null), fc.constant(undefined));
const row = fc.array(value, { maxLength: 20 });
const oid = fc.nat(2 ** 32 - 1);
const identifier = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
const column: fc.Arbitrary<RelationColumn> = fc.record({
  name: identifier,
  typeId: oid,
  typeModifier: fc.integer({ min: -1, max: 1_000_000 }),
  isIdentity: fc.boolean(),
});

const insertOf = (id: number, values: Tuple): Buffer => bytes(byte('I'), uint32(id), byte('N'), tuple(values));

describe('for any content', () => {
  property.prop([oid, row])('an Insert is read back', (relationId, values) => {
    expect(decodePgoutput(insertOf(relationId, values))).toEqual({ kind: 'insert', relationId, row: values });
  });

  property.prop([oid, row, fc.option(fc.tuple(fc.boolean(), row))])(
    'an Update is read back',
    (relationId, values, old) => {
      const oldBytes = old ? [byte(old[0] ? 'O' : 'K'), tuple(old[1])] : [];
      expect(decodePgoutput(bytes(byte('U'), uint32(relationId), ...oldBytes, byte('N'), tuple(values)))).toEqual({
        kind: 'update',
        relationId,
        row: values,
        old: old && { isWholeRow: old[0], values: old[1] },
      });
    },
  );

  property.prop([oid, identifier, fc.array(column)])('a Relation is read back', (id, table, columns) => {
    const columnBytes = columns.map(({ name, typeId, typeModifier, isIdentity }) =>
      bytes(byte(isIdentity ? 1 : 0), cstring(name), uint32(typeId), int32(typeModifier)),
    );
    const wire = bytes(
      byte('R'),
      uint32(id),
      cstring('public'),
      cstring(table),
      byte('f'),
      uint16(columns.length),
      ...columnBytes,
    );
    expect(decodePgoutput(wire)).toEqual({ kind: 'relation', relation: { id, table: `public.${table}`, columns } });
  });

  property.prop([fc.uint8Array({ maxLength: 200 })])(
    'random bytes give a message or "malformed", never an exception',
    (data) => {
      expect(decodePgoutput(Buffer.from(data))).toHaveProperty('kind');
    },
  );

  property.prop([fc.constantFrom('B', 'O', 'R', 'Y', 'I', 'U', 'D', 'T', 'C', 'M'), fc.uint8Array({ maxLength: 200 })])(
    'random bytes after a known tag give a message or "malformed", never an exception',
    (tag, data) => {
      expect(decodePgoutput(Buffer.concat([byte(tag), data]))).toHaveProperty('kind');
    },
  );

  property.prop([row.filter(({ length }) => length > 0), fc.nat()])(
    'a message cut short is malformed',
    (values, at) => {
      const wire = insertOf(1, values);
      expect(decodePgoutput(wire.subarray(0, at % wire.length)).kind).toBe('malformed');
    },
  );

  property.prop([row])('the result does not change when the receive buffer is overwritten', (values) => {
    const wire = insertOf(1, values);
    const decoded = decodePgoutput(wire);
    wire.fill(0xff);
    expect(decoded).toEqual({ kind: 'insert', relationId: 1, row: values });
  });
});

describe('decodePgoutput calls malformed', () => {
  test.each([
    ['an empty message', Buffer.alloc(0), /outside|range/i],
    ['a streamed message of protocol 2', bytes(byte('S'), uint32(1), byte(1)), /"S" is no message/],
    ['bytes after the end', bytes(insertOf(1, ['a']), byte(0)), /1 bytes follow/],
    ['a binary value', bytes(byte('I'), uint32(1), byte('N'), uint16(1), byte('b'), uint32(1), byte(1)), /binary/],
    [
      'a value longer than the message',
      bytes(byte('I'), uint32(1), byte('N'), uint16(1), byte('t'), uint32(2 ** 31)),
      /has 0/,
    ],
    ['a truncate that claims 2^32 - 1 tables', bytes(byte('T'), uint32(2 ** 32 - 1), byte(0)), /another length/],
    ['a text without end', bytes(byte('O'), int64(0n), Buffer.from('abc')), /no end/],
  ])('%s', (_what, wire, reason) => {
    expect(decodePgoutput(wire)).toEqual({ kind: 'malformed', reason: expect.stringMatching(reason) as string });
  });
});
