import { problem, type Problem } from '@banyan/platform';
import type { ClientResponse } from './forward/client-response.ts';
import { headTooLarge } from './forward/head-size.ts';
import { isAnswered, isUnprocessed, type Failure, type ForwardOutcome } from './forward/outcome.ts';
import { writeHead } from './forward/write-head.ts';
import { grpcHead } from './grpc/grpc-status.ts';

const retryAfterSeconds = 1;

/** What the client is told when no side has answered; undefined when it has left, or has a part of an answer already. */
export function problemOf(failure: Failure, side: string): Problem | undefined {
  switch (failure.kind) {
    case 'client-aborted':
      return undefined;
    case 'client-stalled':
      return failure.phase === 'body'
        ? undefined
        : problem(408, 'request-timeout', 'Request time-out', 'The body of the request stopped coming.');
    case 'rate-limited':
      return problem(
        429,
        'too-many-requests',
        'Too many requests',
        'The limit of this caller is used up; wait for it.',
      );
    case 'body-too-large':
      return failure.phase === 'body'
        ? undefined
        : problem(413, 'body-too-large', 'Content too large', 'The body is larger than is taken here.');
    case 'request-refused':
      return problemOfRequest(failure.code);
    default:
      return 'phase' in failure && failure.phase === 'body' ? undefined : problemOfSide(failure, side);
  }
}

function problemOfRequest(code: string): Problem {
  if (code !== headTooLarge.code)
    return problem(400, 'bad-message', 'Bad message', 'The request cannot be passed on as HTTP/1.1.');
  const detail = 'With what is added here, the head of the request is larger than a side takes.';
  return problem(431, 'head-too-large', 'Request header fields too large', detail);
}

const nothingDone = 'Nothing was carried out; repeat the request later.';

/** 503 promises that nothing was carried out, so that even a write may be sent again; 502 and 504 leave that open. */
function problemOfSide(failure: Failure, side: string): Problem {
  if (failure.kind === 'overloaded')
    return problem(503, 'overloaded', 'Overloaded', `Too many requests wait for the ${side} side. ${nothingDone}`);
  if (isUnprocessed(failure))
    return problem(503, 'side-unavailable', 'Unavailable', `The ${side} side cannot be reached now. ${nothingDone}`);
  const open = 'The request may or may not have been carried out; look before you repeat it.';
  return failure.kind === 'timed-out'
    ? problem(504, 'side-timeout', 'Time-out', `The ${side} side did not answer in time. ${open}`)
    : problem(502, 'bad-gateway', 'Bad gateway', `The ${side} side broke off, or answered what is no HTTP. ${open}`);
}

/**
 * Status for logs and metrics: that of the answer, 499 for a client that left, 0 for one that was broken off.
 * A call of gRPC that failed is answered 200; it counts as what another request would have got.
 */
export function statusOf(outcome: ForwardOutcome, response: ClientResponse): number {
  if (outcome.kind === 'completed') return outcome.status;
  if (outcome.kind === 'client-aborted') return 499;
  if (isAnswered(outcome) || !response.headersSent) return 0;
  return response.isGrpc === true ? (problemOf(outcome, '')?.status ?? 0) : response.statusCode;
}

/**
 * Answers with a problem document, unless something was answered already. `ownHeaders` is flat.
 * A call of gRPC gets the same as trailers alone, which is how its client hears of failures.
 */
export function answerProblem(response: ClientResponse, document: Problem, ownHeaders: readonly string[]): void {
  if (response.headersSent || response.destroyed) return;
  const retry = document.status === 503 ? ['retry-after', String(retryAfterSeconds)] : [];
  if (response.isGrpc === true) {
    writeHead(response, 200, [...grpcHead(document), ...retry, ...ownHeaders]);
    response.end();
    return;
  }
  const body = JSON.stringify(document);
  const framing = ['content-type', 'application/problem+json', 'content-length', String(Buffer.byteLength(body))];
  writeHead(response, document.status, [...framing, ...retry, ...ownHeaders]);
  response.end(body);
}
