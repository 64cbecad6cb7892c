import type { Logger } from '@banyan/platform';
import type { Passport } from '../arrival/introduce.ts';
import type { Asked } from '../arrival/to-route-request.ts';
import type { ClientRequest } from '../forward/client-request.ts';
import type { ClientResponse } from '../forward/client-response.ts';
import { writeHead } from '../forward/write-head.ts';
import type { Caller } from '../identity/identify.ts';
import { explainHeader, type ExplainAsker } from './explain-asker.ts';
import { explainFully, type Authorities } from './explanation.ts';
import { outgoingRequest } from './outgoing-request.ts';
import { showRequest } from './shown-request.ts';

/** A request that is about to be sent. */
export interface Decided {
  readonly passport: Passport;
  readonly asked: Asked;
  readonly caller: Caller;
}

interface Exchange {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
}

/** Explanations for callers at the public port, in the place of answers. */
export interface Explainer {
  /** True when the request has its answer: the explanation of itself. It was sent nowhere. */
  answers(exchange: Exchange, decided: Decided): boolean;
}

export interface ExplainerParts {
  readonly authorities: Authorities;
  readonly asker: ExplainAsker;
  readonly onAsked: (verdict: ReturnType<ExplainAsker['verdictOn']>) => void;
  readonly log: Logger;
}

export function createExplainer({ authorities, asker, onAsked, log }: ExplainerParts): Explainer {
  return {
    answers({ request, response }, { passport, asked, caller }) {
      const token = request.headers[explainHeader];
      if (token === undefined) return false;
      const verdict = asker.verdictOn(token, passport.peerAddress);
      onAsked(verdict);
      if (verdict !== 'explained') return false;
      const { routeRequest, target } = asked;
      const outgoing = { request, method: routeRequest.method, target, introduction: passport };
      const explanation = explainFully(authorities, {
        request: routeRequest,
        subject: caller.subject,
        target,
        shown: (decision) => showRequest(outgoingRequest(outgoing, decision)),
      });
      answer(response, JSON.stringify({ ...explanation, caller: caller.source }), passport.requestId);
      const { routeId, side } = explanation.decision;
      log.info({ event: 'request.explained', requestId: passport.requestId, rule: routeId, side }, 'request explained');
      return true;
    },
  };
}

function answer(response: ClientResponse, body: string, requestId: string): void {
  const framing = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))];
  writeHead(response, 200, [...framing, 'cache-control', 'no-store', 'x-request-id', requestId]);
  response.end(body);
}
