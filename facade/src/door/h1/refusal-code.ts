import type { ChunkFault } from '../../http1/chunk-reader.ts';

/** Why bytes are no message that is served here. As Node's parser calls it, so that metrics go on under their names. */
export type RefusalCode =
  | 'HPE_INVALID_METHOD'
  | 'HPE_INVALID_URL'
  | 'HPE_INVALID_VERSION'
  | 'HPE_INVALID_HEADER_TOKEN'
  | 'HPE_LF_EXPECTED'
  | 'HPE_HEADER_OVERFLOW'
  | 'HPE_INVALID_CONTENT_LENGTH'
  | 'HPE_UNEXPECTED_CONTENT_LENGTH'
  | 'HPE_INVALID_TRANSFER_ENCODING'
  | 'HPE_INVALID_CHUNK_SIZE'
  | 'HPE_CHUNK_EXTENSIONS_OVERFLOW'
  | 'HPE_STRICT'
  | 'HPE_INVALID_EOF_STATE'
  | 'ERR_HTTP_REQUEST_TIMEOUT';

/** For what is wrong with lines and chunks. */
export const refusalOf: Readonly<Record<ChunkFault, RefusalCode>> = {
  'bad-character': 'HPE_INVALID_HEADER_TOKEN',
  'no-field-line': 'HPE_INVALID_HEADER_TOKEN',
  'bare-line-end': 'HPE_LF_EXPECTED',
  'too-large': 'HPE_HEADER_OVERFLOW',
  'chunk-size': 'HPE_INVALID_CHUNK_SIZE',
  'chunk-end': 'HPE_STRICT',
  'extensions-too-large': 'HPE_CHUNK_EXTENSIONS_OVERFLOW',
  'content-length': 'HPE_UNEXPECTED_CONTENT_LENGTH',
  'transfer-encoding': 'HPE_INVALID_TRANSFER_ENCODING',
};

const statuses: Readonly<Partial<Record<RefusalCode, string>>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The whole answer to such bytes, which is the last one on its connection. */
export function refusalText(code: RefusalCode): string {
  const status = statuses[code] ?? '400 Bad Request';
  const body = JSON.stringify({
    type: '/problems/bad-message',
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    detail: 'The message is no HTTP that is served here.',
  });
  return `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
