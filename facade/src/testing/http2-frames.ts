/** HTTP/2 in bytes (RFC 9113 4.1), for what no client library would send. */
const types = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, PING: 6, WINDOW_UPDATE: 8, CONTINUATION: 9 } as const;

export const endStream = 0x1;
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

/** What a client says first: the preface and its settings, all of which stay as they are. */
export const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame('SETTINGS', 0, 0)]);

/** A head that is complete; the body may follow. */
export function headersFrame(streamId: number, fields: readonly (readonly [string, string])[], flags = 0): Buffer {
  return frame('HEADERS', endHeaders | flags, streamId, headerBlock(fields));
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
