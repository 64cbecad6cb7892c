/** HTTP/2 in bytes (RFC 9113 4.1), for what no client library would send. */
const types = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const endStream = 0x1;
/** Of SETTINGS and PING. */
export const acknowledged = 0x1;
const endHeaders = 0x4;

export function frame(
  type: keyof typeof types,
  flags: number,
  streamId: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(types[type], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

const prefaceBytes = 24;

/** What a client says first: the preface and its settings, all of which stay as they are. */
export const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame('SETTINGS', 0, 0)]);

/** A head that is complete; the body may follow. */
export function headersFrame(streamId: number, fields: readonly (readonly [string, string])[], flags = 0): Buffer {
  return frame('HEADERS', endHeaders | flags, streamId, headerBlock(fields));
}

/** Without an error, unless one is given (RFC 9113 6.8). */
export function goAwayFrame(lastStreamId: number, code = 0): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(lastStreamId);
  payload.writeUInt32BE(code, 4);
  return frame('GOAWAY', 0, 0, payload);
}

export function resetFrame(streamId: number, code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame('RST_STREAM', 0, streamId, payload);
}

/** Literals without indexing, without Huffman coding (RFC 7541 6.2.2); texts up to 126 bytes. */
export function headerBlock(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

function literal(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}

/** One of a known type. */
export interface Frame {
  readonly type: keyof typeof types | undefined;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

const nameOf = (type: number): Frame['type'] =>
  (Object.keys(types) as (keyof typeof types)[]).find((name) => types[name] === type);

/** The whole frames in what a server has sent. */
export function framesIn(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 9 <= bytes.length;) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    const [type, flags] = [bytes.readUInt8(at + 3), bytes.readUInt8(at + 4)];
    frames.push({
      type: nameOf(type),
      flags,
      streamId: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, end),
    });
    at = end;
  }
  return frames;
}

/** How many frames of a type a client has sent, from its preface on; latin1. */
export function frameCount(type: keyof typeof types, sent: string): number {
  const frames = framesIn(Buffer.from(sent, 'latin1').subarray(prefaceBytes));
  return frames.filter((frame) => frame.type === type).length;
}
