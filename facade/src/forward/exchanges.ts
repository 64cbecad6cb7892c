import type { Aggregate, Upstream } from '@banyan/routing-rules';
import type { Keeping } from '../cache/keeping.ts';
import type { MirrorOrder } from '../mirror/mirror-order.ts';
import type { TransformAnswer } from './answer-headers.ts';
import type { AnswerTap } from './answer-tap.ts';
import type { ClientRequest } from './client-request.ts';
import type { ClientResponse, UpgradeAsk } from './client-response.ts';
import type { Timeouts } from './clock.ts';
import { forward } from './forward.ts';
import { agentFor } from './instances/tls-options.ts';
import { headSizeBytes, headTooLarge } from './head-size.ts';
import type { OnLongLived } from './long-lived.ts';
import type { ForwardOutcome } from './outcome.ts';
import { upstreamHeaders, upstreamTrailers, type Introduction } from './request-headers.ts';
import { sendWithRetries } from './send-with-retries.ts';
import { uploadOf, type Upload, type UploadCopy, type UploadLimits } from './upload.ts';
import type { Upgrader } from './upgrade.ts';
import type { Upstreams } from './upstreams.ts';

/** One request before it is known where it goes. */
export interface ExchangeOpening {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  /** When the client asks for a WebSocket. */
  readonly upgrade: UpgradeAsk | undefined;
  /** Path and query exactly as they were decided on. */
  readonly target: string;
  readonly introduction: Introduction;
  /** Of its body. */
  readonly uploadLimits?: UploadLimits | undefined;
  /** What may be kept of the answer; undefined: nothing. */
  readonly keeping?: Keeping | undefined;
  /** Where a copy of the request goes too; undefined: nowhere. */
  readonly mirror?: MirrorOrder | undefined;
  /** Takes the body of such a copy. */
  readonly bodyCopy?: UploadCopy | undefined;
  /** What the answer is made up of, in the place of an exchange with a side. */
  readonly aggregate?: Aggregate | undefined;
  readonly routeId?: string | undefined;
  /** It is itself a part of such an answer. */
  readonly isPart?: boolean | undefined;
}

export interface ExchangeWay {
  readonly upstream: Upstream;
  readonly timeouts: Timeouts;
  /** For the client, besides the side's own headers; flat. */
  readonly ownHeaders: readonly string[];
  /** In the place of the target that was decided on. */
  readonly target?: string | undefined;
  /** Changes the headers for the side: a flat list for a flat list. */
  readonly transformRequest?: ((flat: readonly string[]) => readonly string[]) | undefined;
  /** Changes the side's headers for the client. Not for upgrades. */
  readonly transformAnswer?: TransformAnswer | undefined;
  /** Watches the answer. Not for upgrades. */
  readonly tap?: AnswerTap | undefined;
  /** Told when the exchange turns out to have no end. */
  readonly onLongLived?: OnLongLived | undefined;
}

/** One request that can be sent: to a side, and, as long as it is untouched, to another one. */
export interface OpenExchange {
  /** Never throws. Answers the client unless the outcome says that it is not answered. */
  send(way: ExchangeWay): Promise<ForwardOutcome>;
  /** No byte of the request's body was taken from the client yet. */
  readonly isUntouched: boolean;
}

export interface Exchanges {
  open(opening: ExchangeOpening): OpenExchange;
}

export interface ExchangeMeans {
  readonly upstreams: Upstreams;
  readonly upgrader: Upgrader;
  /** Largest head that a side gets, our own headers included. */
  readonly headBytesLimit: number;
}

/** The forwarder's door: HTTP goes over clients of our own, WebSockets over a tunnel of theirs. */
export function createExchanges(means: ExchangeMeans): Exchanges {
  return {
    open: (opening) =>
      opening.upgrade ? openUpgrade(opening, opening.upgrade, means) : new HttpExchange(opening, means),
  };
}

/** A class: an object with a getter would be put together by the runtime, once for each request. */
class HttpExchange implements OpenExchange {
  readonly #opening: ExchangeOpening;
  readonly #means: ExchangeMeans;
  readonly #upload: Upload | undefined;
  readonly #headers: readonly string[];
  readonly #trailers: (() => string) | undefined;

  constructor(opening: ExchangeOpening, means: ExchangeMeans) {
    const { request, response, introduction } = opening;
    this.#opening = opening;
    this.#means = means;
    this.#upload = uploadOf(request, response, opening);
    this.#headers = upstreamHeaders(request, introduction);
    this.#trailers = upstreamTrailers(request, introduction);
  }

  get isUntouched(): boolean {
    return this.#upload?.isTouched !== true;
  }

  send(way: ExchangeWay): Promise<ForwardOutcome> {
    const { request, response } = this.#opening;
    const { timeouts, ownHeaders, transformAnswer, tap, onLongLived } = way;
    const { target, headers } = shaped(this.#opening.target, this.#headers, way);
    const { upstreams, headBytesLimit } = this.#means;
    if (headSizeBytes(request.method, target, headers) > headBytesLimit) return Promise.resolve(headTooLarge);
    return forward({
      request,
      response,
      upload: this.#upload,
      instances: upstreams.of(way.upstream),
      target,
      headers,
      trailers: this.#trailers,
      timeouts,
      ownHeaders,
      transformAnswer,
      tap,
      onLongLived,
    });
  }
}

function openUpgrade(opening: ExchangeOpening, ask: UpgradeAsk, means: ExchangeMeans): OpenExchange {
  const { upstreams, upgrader, headBytesLimit } = means;
  const offered = upstreamHeaders(ask.request, opening.introduction);
  return {
    send(way) {
      const { target, headers } = shaped(opening.target, offered, way);
      if (headSizeBytes(ask.request.method, target, headers) > headBytesLimit) return Promise.resolve(headTooLarge);
      const { timeouts, ownHeaders, onLongLived } = way;
      const to = { target, headers, ownHeaders, onLongLived };
      return sendWithRetries({
        instances: upstreams.of(way.upstream),
        response: ask.response,
        timeouts,
        repeatable: () => ({ method: 'GET', isUntouched: !ask.response.headersSent && !ask.socket.destroyed }),
        send: async (lease, left) => {
          const outcome = await upgrader.upgrade({
            ...ask,
            ...to,
            timeouts: left,
            origin: lease.instance.url,
            agent: () => agentFor(lease.instance.peer),
            onAnswered: (status) => lease.answered(status),
          });
          return { outcome, isStale: false };
        },
      });
    },
    isUntouched: true,
  };
}

function shaped(target: string, headers: readonly string[], way: ExchangeWay) {
  return { target: way.target ?? target, headers: way.transformRequest ? way.transformRequest(headers) : headers };
}
