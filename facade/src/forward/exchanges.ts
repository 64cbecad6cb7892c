import type { TransformAnswer } from './answer-headers.ts';
import type { AnswerTap } from './answer-tap.ts';
import type { ClientRequest } from './client-request.ts';
import type { ClientResponse, UpgradeAsk } from './client-response.ts';
import type { Timeouts } from './clock.ts';
import { forward } from './forward.ts';
import type { OnLongLived } from './long-lived.ts';
import type { ForwardOutcome } from './outcome.ts';
import { upstreamHeaders, type Introduction } from './request-headers.ts';
import { uploadOf } from './upload.ts';
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
}

export interface ExchangeWay {
  readonly origin: string;
  readonly timeouts: Timeouts;
  /** For the client, besides the side's own headers; flat. */
  readonly ownHeaders: readonly string[];
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

/** The forwarder's door: HTTP goes over undici, WebSockets over http-proxy. */
export function createExchanges(upstreams: Upstreams, upgrader: Upgrader): Exchanges {
  return {
    open: (opening) =>
      opening.upgrade ? openUpgrade(opening, opening.upgrade, upgrader) : openHttp(opening, upstreams),
  };
}

function openHttp({ request, response, target, introduction }: ExchangeOpening, upstreams: Upstreams): OpenExchange {
  const upload = uploadOf(request, response);
  const headers = upstreamHeaders(request, introduction);
  return {
    send: ({ origin, ...way }) =>
      forward({ request, response, upload, upstream: upstreams.at(origin), target, headers, ...way }),
    get isUntouched() {
      return upload?.isTouched !== true;
    },
  };
}

function openUpgrade({ target, introduction }: ExchangeOpening, ask: UpgradeAsk, upgrader: Upgrader): OpenExchange {
  const headers = upstreamHeaders(ask.request, introduction);
  return {
    send: (way) => upgrader.upgrade({ ...ask, target, headers, ...way }),
    isUntouched: true,
  };
}
