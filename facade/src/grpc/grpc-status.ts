import type { Problem } from '@banyan/platform';

/**
 * gRPC's code for what a problem's status says: the mapping of the specification (http-grpc-status-mapping.md), and, for what
 * it leaves at UNKNOWN, what gRPC itself says of a time-out, of too much and of a fault of the server.
 */
const codes: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  405: 12,
  408: 4,
  413: 8,
  429: 14,
  431: 8,
  500: 13,
  502: 14,
  503: 14,
  504: 4,
};

const unknown = 2;

/** Of `grpc-status`; 4 DEADLINE_EXCEEDED for our own time-outs, as for those of a caller. */
export function grpcStatusOf(status: number): number {
  return codes[status] ?? unknown;
}

const names: Readonly<Record<number, string>> = {
  2: 'UNKNOWN',
  4: 'DEADLINE_EXCEEDED',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};

/** For people: `14 UNAVAILABLE`. */
export function grpcCodeOf(status: number): string {
  const code = grpcStatusOf(status);
  return `${code} ${names[code] ?? ''}`;
}

/** Whether a request is a call of gRPC, by its `Content-Type`; grpc-web, which HTTP/1.1 can carry, is none. */
export function isGrpc(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/grpc(?:[+;]|$)/i.test(contentType);
}

/** The head of an answer that is nothing but trailers; flat. Its status is 200 (PROTOCOL-HTTP2.md, "Responses"). */
export function grpcHead({ status, detail }: Problem): readonly string[] {
  const message = percentEncoded(detail);
  return ['content-type', 'application/grpc', 'grpc-status', String(grpcStatusOf(status)), 'grpc-message', message];
}

/** Bytes of UTF-8 but for printable ASCII without `%`. */
function percentEncoded(text: string): string {
  return text.replace(/[^\x20-\x24\x26-\x7e]+/gu, (piece) =>
    [...Buffer.from(piece)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
