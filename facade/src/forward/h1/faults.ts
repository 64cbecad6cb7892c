import { BanyanError } from '@banyan/platform';
import type { ChunkFault } from '../../http1/chunk-reader.ts';

/** What is wrong with an answer. */
export type AnswerFault =
  | 'ANSWER_STATUS_LINE'
  | 'ANSWER_HEADER'
  | 'ANSWER_HEAD_TOO_LARGE'
  | 'ANSWER_LENGTH'
  | 'ANSWER_CODING'
  | 'ANSWER_CHUNK'
  | 'ANSWER_TRAILER';

const chunkFaults: ReadonlySet<ChunkFault> = new Set(['chunk-size', 'chunk-end', 'extensions-too-large'] as const);

export function answerFaultOf(fault: ChunkFault): AnswerFault {
  return chunkFaults.has(fault) ? 'ANSWER_CHUNK' : 'ANSWER_TRAILER';
}

/** It is no HTTP/1.1, or can be read in two ways. */
export class AnswerMalformed extends BanyanError {
  constructor(code: AnswerFault) {
    super(code, 'The answer of the upstream is no HTTP/1.1 that may be passed on.', {
      remedy: 'Look at the bytes that the upstream sends; RFC 9112 says what they must be.',
    });
  }
}

/** The connection ended before the answer did. */
export class SideCut extends BanyanError {
  /** @param code - of the system; `UPSTREAM_CLOSED` for an end in order, `UPSTREAM_RESET` for a reset */
  constructor(code: string, cause?: Error) {
    super(code, 'The upstream ended the connection before its answer.', {
      remedy: 'Look at the log of the upstream.',
      cause,
    });
  }
}

/** The request cannot be written so that it is read in one way only. Not a byte of it was sent. */
export class RequestUnframable extends BanyanError {
  /** @param what - the part of the request, never its content */
  constructor(what: string) {
    super('REQUEST_UNFRAMABLE', `The request cannot be framed for the upstream: ${what}.`, {
      remedy: 'Send a request that keeps to RFC 9112.',
    });
  }
}

/** The body of a request is longer or shorter than its length says, or ended without an end. */
export class UploadBroken extends BanyanError {
  constructor(cause?: Error) {
    super('UPLOAD_BROKEN', 'The body of the request did not come to its end.', {
      remedy: 'Send as many bytes as Content-Length says.',
      cause,
    });
  }
}

export class ConnectTimedOut extends BanyanError {
  constructor() {
    super('CONNECT_TIMEOUT', 'The upstream did not accept a connection in time.', {
      remedy: 'Check that the upstream runs and can be reached.',
    });
  }
}

export class ClientClosed extends BanyanError {
  constructor() {
    super('CLIENT_CLOSED', 'The connections to this upstream are closed.', {
      remedy: 'Send the request again: the rules, or the addresses of the upstream, have changed.',
    });
  }
}
