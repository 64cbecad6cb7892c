import type { Dispatcher } from 'undici';
import { Attempt } from './attempt.ts';
import type { AttemptParts, AttemptResult } from './attempt-parts.ts';
import type { AnswerTap } from './answer-tap.ts';
import type { TransformAnswer } from './answer-headers.ts';
import type { ClientRequest } from './client-request.ts';
import type { ClientResponse } from './client-response.ts';
import type { Timeouts } from './clock.ts';
import type { OnLongLived } from './long-lived.ts';
import { withTe } from './h2/request-trailers.ts';
import type { Repeatable } from './may-repeat.ts';
import type { ForwardOutcome } from './outcome.ts';
import { sendWithRetries, type Sending } from './send-with-retries.ts';
import type { Upload } from './upload.ts';
import type { Lease } from './instances/lease.ts';
import type { InstanceGroup } from './instances/instance-group.ts';

/** One request on its way to one side. */
export interface Exchange {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly upload: Upload | undefined;
  readonly instances: InstanceGroup;
  /** Path and query exactly as they were decided on. */
  readonly target: string;
  /** For the side; see `upstreamHeaders`. */
  readonly headers: readonly string[];
  /** Lines that follow the body; see `upstreamTrailers`. */
  readonly trailers?: (() => string) | undefined;
  /** For the client, besides the side's own headers; flat. */
  readonly ownHeaders: readonly string[];
  readonly timeouts: Timeouts;
  readonly transformAnswer?: TransformAnswer | undefined;
  readonly tap?: AnswerTap | undefined;
  /** Told when the exchange turns out to have no end. */
  readonly onLongLived?: OnLongLived | undefined;
}

/**
 * Streams the request to the side and its answer to the client. Never throws: every way it can end is an outcome.
 * When the outcome is answered (see `isAnswered`) the client has been served or its connection broken; otherwise
 * not a byte went to the client, and the caller answers.
 */
export function forward(exchange: Exchange): Promise<ForwardOutcome> {
  if (exchange.response.destroyed) return Promise.resolve({ kind: 'client-aborted', phase: 'connect' });
  return sendWithRetries(new SideSending(exchange));
}

class SideSending implements Sending {
  readonly instances: InstanceGroup;
  readonly response: ClientResponse;
  readonly timeouts: Timeouts;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.instances = exchange.instances;
    this.response = exchange.response;
    this.timeouts = exchange.timeouts;
    this.#exchange = exchange;
  }

  repeatable(): Repeatable {
    const { request, response, upload } = this.#exchange;
    const mayBeServed = !response.headersSent && !response.destroyed;
    return {
      method: request.method ?? '',
      isUntouched: mayBeServed && upload?.isTouched !== true,
      isKept: mayBeServed && upload?.isKept === true,
    };
  }

  send(lease: Lease, timeouts: Timeouts): Promise<AttemptResult> {
    if (lease.instance.isFull) return Promise.resolve(overloaded);
    return this.#attempt(lease, timeouts, lease.instance.pool);
  }

  async sendFresh(lease: Lease, timeouts: Timeouts): Promise<AttemptResult> {
    const connection = lease.instance.openFresh();
    const result = await this.#attempt(lease, timeouts, connection);
    await connection.destroy();
    return result;
  }

  #attempt(lease: Lease, timeouts: Timeouts, connection: Dispatcher): Promise<AttemptResult> {
    const { request, response, upload, target, headers, ownHeaders } = this.#exchange;
    const { transformAnswer, tap, onLongLived, trailers } = this.#exchange;
    const { httpVersion } = request;
    const method = request.method ?? 'GET';
    const isHttp2 = lease.instance.peer.protocol === 'h2';
    // A server of HTTP/2 that ends its session says of each request whether it has looked at it; one of HTTP/1.1 does not.
    const body = upload?.open(isHttp2);
    const handler = new Attempt({
      response,
      method,
      httpVersion,
      body,
      trailers,
      timeouts,
      ownHeaders,
      transformAnswer,
      tap,
      onLongLived,
      lease: upload && isHttp2 ? forgettingBy(upload, lease) : lease,
    });
    const said = isHttp2 ? withTe(headers, request.headers) : headers;
    // A client reads the list and keeps nothing of it.
    connection.dispatch({ path: target, method, headers: said as string[], body: body ?? null }, handler);
    return handler.result;
  }
}

function forgettingBy(upload: Upload, lease: Lease): AttemptParts['lease'] {
  return {
    answered(status) {
      lease.answered(status);
      upload.forget();
    },
  };
}

const overloaded: AttemptResult = { outcome: { kind: 'overloaded' }, isStale: false };

const lingerMs = 10_000;

/**
 * Reads what is left of a body that the side did not want, so that the client, still sending, gets to its answer:
 * closing at once would reset the connection under it (RFC 9112 9.6). Bounded in time.
 */
export function discardUpload(request: ClientRequest): void {
  if (request.complete || request.destroyed) return;
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
