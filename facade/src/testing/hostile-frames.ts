import fc from 'fast-check';
import { constants } from 'node:http2';
import { endStream, frame, goAwayFrame, headersFrame, resetFrame } from './http2-frames.ts';

/** What a hostile end writes on one connection, in the packets it writes; what comes in one read is in one hand at once. */
export type HostileFrames = readonly Buffer[];

/** Something that is done with one of the streams there are, or with a new one, which is added. */
type Stroke = (streamIds: number[]) => Buffer;

const isEnd = fc.constantFrom(endStream, endStream, 0);
const pick = fc.nat({ max: 20 });
const errorCode = fc.constantFrom(
  constants.NGHTTP2_NO_ERROR,
  constants.NGHTTP2_PROTOCOL_ERROR,
  constants.NGHTTP2_CANCEL,
  constants.NGHTTP2_REFUSED_STREAM,
  0xff,
);
/** More of them than anybody takes. */
const fillers = Array.from({ length: 400 }, (_, index) => [`x-${index}`, 'y'.repeat(30)] as const);

/** On one that there is, as a rule, and on the first one otherwise. */
const on =
  (index: number, then: (id: number) => Buffer): Stroke =>
  (streamIds) =>
    then(streamIds[index % Math.max(1, streamIds.length)] ?? 1);

const opening = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD'),
    path: fc.constantFrom('/ok', '/ok', '/late', '/early', '/cut', '/half', '/large', '/a%2fb', '/..'),
    flags: isEnd,
    more: fc.constantFrom([], [], [], fillers),
  })
  .map(({ method, path, flags, more }): Stroke => (streamIds) => {
    const id = (streamIds.at(-1) ?? -1) + 2;
    streamIds.push(id);
    const fields = [[':method', method] as const, [':scheme', 'https'] as const, [':path', path] as const];
    return headersFrame(id, [...fields, [':authority', 'a'], ...more], flags);
  });

const answering = fc
  .record({
    index: pick,
    status: fc.constantFrom('200', '200', '103', '204', '304', '421', '500', '0', 'x'),
    flags: isEnd,
    more: fc.constantFrom([], [], [['content-length', '3'] as const], fillers),
  })
  .map(({ index, status, flags, more }) => on(index, (id) => headersFrame(id, [[':status', status], ...more], flags)));

const numbered = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const initialWindowSize = Buffer.from([0, 4]);

const data = fc
  .tuple(pick, fc.constantFrom(0, 1, 1_000, 16_384), isEnd)
  .map(([index, byteCount, flags]) => on(index, (id) => frame('DATA', flags, id, Buffer.alloc(byteCount, 'z'))));
const trailers = pick.map((index) => on(index, (id) => headersFrame(id, [['x-trailer', 'a']], endStream)));
const reset = fc.tuple(pick, errorCode).map(([index, code]) => on(index, (id) => resetFrame(id, code)));
const goAway = fc.tuple(fc.constantFrom(0, 1, 2 ** 31 - 1), errorCode).map(
  ([last, code]): Stroke =>
    () =>
      goAwayFrame(last, code),
);
const window = fc
  .tuple(pick, fc.constantFrom(0, 1, 2 ** 31 - 1))
  .map(([index, grown]) => on(index, (id) => frame('WINDOW_UPDATE', 0, id, numbered(grown))));
const settings = fc.oneof(
  fc.constant<Stroke>(() => frame('SETTINGS', 0, 0)),
  fc.constantFrom(0, 1, 1 << 20).map(
    (size): Stroke =>
      () =>
        frame('SETTINGS', 0, 0, Buffer.concat([initialWindowSize, numbered(size)])),
  ),
);
const ping = fc.constantFrom(0, 1).map(
  (flags): Stroke =>
    () =>
      frame('PING', flags, 0, Buffer.alloc(8)),
);
const noise = fc.uint8Array({ maxLength: 12 }).map(
  (bytes): Stroke =>
    () =>
      Buffer.from(bytes),
);

function packetsOf(heads: fc.Arbitrary<Stroke>, known: readonly number[]): fc.Arbitrary<HostileFrames> {
  const stroke = fc.oneof(
    { weight: 18, arbitrary: heads },
    { weight: 6, arbitrary: data },
    { weight: 6, arbitrary: reset },
    { weight: 4, arbitrary: goAway },
    ...[trailers, window, settings, ping].map((arbitrary) => ({ weight: 2, arbitrary })),
    { weight: 1, arbitrary: noise },
  );
  return fc.array(fc.array(stroke, { minLength: 1, maxLength: 24 }), { minLength: 1, maxLength: 4 }).map((packets) => {
    const streamIds = [...known];
    return packets.map((strokes) => Buffer.concat(strokes.map((one) => one(streamIds))));
  });
}

/** Behind the preface of a client. */
export const hostileClient = packetsOf(opening, []);

/** Behind the settings of a server that has been asked for the first few. */
export const hostileServer = packetsOf(answering, [1, 3, 5, 7, 9, 11]);
