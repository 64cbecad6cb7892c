import { problem } from '@banyan/platform';
import {
  decide,
  type Decision,
  type Destination,
  type FlagReader,
  type GuardReader,
  type OverrideReader,
  type OwnershipReader,
  type RouteMatch,
  type Side,
} from '@banyan/routing-rules';
import { introduce, type Passport } from './arrival/introduce.ts';
import type { Refusal } from './arrival/read-arrival.ts';
import { findRoute } from './arrival/find-route.ts';
import { keepingFor } from './cache/keeping.ts';
import { answerProblem, problemOf, statusOf } from './failure-answer.ts';
import { mayFallBack } from './fallback.ts';
import type { ClientRequest } from './forward/client-request.ts';
import type { ClientResponse, UpgradeAsk } from './forward/client-response.ts';
import type { ExchangeOpening, Exchanges, ExchangeWay, OpenExchange } from './forward/exchanges.ts';
import type { OnLongLived } from './forward/long-lived.ts';
import { outcomeLabel, type Failure, type ForwardOutcome } from './forward/outcome.ts';
import type { Identify } from './identity/identify.ts';
import type { TrustedPeers } from './identity/trusted-peers.ts';
import type { Admission, Admit } from './limits/admit.ts';
import type { LongLivedRegistry } from './long-lived/long-lived-registry.ts';
import { showTo, type Onlookers } from './onlookers.ts';
import { mirrorOrderOf } from './mirror/mirror-order.ts';
import type { Recorder } from './record.ts';
import type { RulesInForce } from './rules-file/rules-in-force.ts';
import { sideShapeFor, type AskedAs } from './transform/side-shape.ts';

export interface HandleRequestParts {
  /** Frozen values that are swapped beside the walk; each is read once per request. */
  readonly rules: () => RulesInForce;
  readonly flags: () => FlagReader;
  readonly overrides: () => OverrideReader;
  readonly guard: GuardReader;
  readonly ownership: OwnershipReader;
  readonly identify: Identify;
  readonly trustedPeers: TrustedPeers;
  readonly admit: Admit;
  readonly exchanges: Exchanges;
  /** Follows exchanges that outlive the decision over them. */
  readonly longLived: Pick<LongLivedRegistry, 'watch'>;
  readonly recorder: Recorder;
  readonly onlookers: Onlookers;
  readonly targetLengthLimit: number;
}

export interface Visit {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  /** The same once more, with the connection itself, when the client asks for a WebSocket. */
  readonly upgrade: UpgradeAsk | undefined;
  /** On the clock of `performance.now`. */
  readonly startedAtMs: number;
  /** It is one of several requests that make up one answer; see `aggregate/`. */
  readonly isPart?: boolean | undefined;
}

/** The walk of a request. Nothing on it waits for a server but the side itself, and for keys where a token is new. */
export async function handleRequest(parts: HandleRequestParts, visit: Visit): Promise<void> {
  const { request, response, upgrade, startedAtMs } = visit;
  const { table, gatewayNames } = parts.rules();
  const passport = introduce(request, parts.trustedPeers, gatewayNames);

  // 1. One spelling of the request, or a refusal: what is decided on is what is forwarded.
  // 2. The rule it falls under.
  const addressed = findRoute(request, table, parts.targetLengthLimit);
  if (addressed.kind === 'refused') {
    refuse(parts, visit, passport, addressed);
    return;
  }
  const { asked, match } = addressed;
  const { method } = asked.routeRequest;

  // 3. The side that serves it, frozen for all that happens to this request.
  const { isPeerTrusted, scheme } = passport;
  const found = parts.identify({ headers: request.headers, isPeerTrusted, scheme }, match);
  const caller = found instanceof Promise ? await found : found;
  const { subject } = caller;
  const flags = parts.flags();
  const override = parts.overrides();
  const { guard, ownership } = parts;
  const decision = decide({ table, match, request: asked.routeRequest, subject, flags, override, guard, ownership });

  if (showTo(parts.onlookers, visit, () => ({ passport, asked, match, caller, decision }))) return;
  // What its caller, and this one request, may still take.
  const admission = parts.admit(match, { request, passport, caller });

  // 4. The exchange with that side; both bodies stream. What is kept, or made up of several answers, may take its place.
  //    A copy for a candidate is taken on the way, and sent when the client has its answer.
  const { target } = asked;
  const keeping = keepingFor(match, decision, () => ({ ...asked, table, gatewayNames, headers: request.headers }));
  const { uploadLimits } = admission;
  const opening = { request, response, upgrade, target, introduction: passport, keeping, uploadLimits };
  const exchange = parts.exchanges.open(ofRoute(match, decision, opening, visit));
  const ownHeaders = ownHeadersOf(passport, caller.setCookie, admission);
  const askedAs = (): AskedAs => ({ ...passport, target, headers: request.headers });
  const watch = (side: Side): OnLongLived => parts.longLived.watch({ request: asked.routeRequest, subject }, side);
  const way = wayTo(decision, askedAs, ownHeaders, watch(decision.side));
  const first = await sendUnlessRefused(admission, exchange, way);

  // 5. Legacy, at most once, for a read that the extracted side failed to serve.
  const fallback = mayFallBack(first, { method, isUntouched: exchange.isUntouched }, decision)
    ? decision.fallback
    : undefined;
  const failed = fallback ? ['x-banyan-fallback', outcomeLabel(first)] : [];
  const outcome = fallback
    ? await exchange.send(wayTo(fallback, askedAs, [...ownHeaders, ...failed], watch(fallback.upstream.side)))
    : first;

  // 6. An answer where there is none yet, and the record.
  const { side } = (fallback ?? decision).upstream;
  if (outcome.kind !== 'completed')
    answerFailure(response, outcome, side, ['x-banyan-side', side, ...ownHeaders, ...failed]);
  const fellBackFrom = fallback ? first : undefined;
  const status = statusOf(outcome, response);
  const durationMs = performance.now() - startedAtMs;
  parts.recorder.served({ passport, method, caller, decision, outcome, fellBackFrom, side, status, durationMs });
}

function refuse({ recorder }: HandleRequestParts, visit: Visit, passport: Passport, refusal: Refusal): void {
  const { request, response } = visit;
  // Whoever sends what can be read in two ways may have sent more of it on the same connection.
  response.shouldKeepAlive = false;
  answerProblem(
    response,
    problem(refusal.status, refusal.reason, titles[refusal.status], refusal.detail),
    ownHeadersOf(passport),
  );
  recorder.refused({
    method: request.method ?? '',
    requestId: passport.requestId,
    reason: refusal.reason,
    status: refusal.status,
  });
}

function ofRoute(match: RouteMatch, decision: Decision, opening: ExchangeOpening, { isPart }: Visit): ExchangeOpening {
  if (match.kind === 'unmatched') return opening;
  const { aggregate, id: routeId } = match.route;
  if (aggregate) return { ...opening, aggregate, routeId, isPart };
  const mirror = mirrorOrderOf(match, decision, opening.request.method ?? '');
  return mirror ? { ...opening, mirror } : opening;
}

function sendUnlessRefused(
  { refusal }: Admission,
  exchange: OpenExchange,
  way: ExchangeWay,
): Promise<ForwardOutcome> | Failure {
  return refusal ?? exchange.send(way);
}

function answerFailure(response: ClientResponse, failure: Failure, side: Side, ownHeaders: readonly string[]): void {
  const document = problemOf(failure, side);
  if (document) answerProblem(response, document, ownHeaders);
}

function wayTo(
  destination: Destination,
  asked: () => AskedAs,
  ownHeaders: readonly string[],
  onLongLived?: OnLongLived,
): ExchangeWay {
  const { upstream, timeouts, transform } = destination;
  const way = {
    upstream,
    timeouts,
    ownHeaders: ['x-banyan-side', upstream.side, ...ownHeaders],
    onLongLived,
  };
  return transform ? { ...way, ...sideShapeFor(destination, asked()) } : way;
}

function ownHeadersOf({ requestId }: Passport, setCookie?: string, admission?: Admission): readonly string[] {
  const cookie = setCookie === undefined ? [] : ['set-cookie', setCookie];
  const headers = ['x-request-id', requestId, ...cookie];
  return admission?.headers ? [...headers, ...admission.headers] : headers;
}

const titles: Readonly<Record<Refusal['status'], string>> = {
  400: 'Bad request',
  405: 'Method not allowed',
  414: 'URI too long',
  417: 'Expectation failed',
};
