import { problem } from '@banyan/platform';
import { safeMethods, type RuleTable } from '@banyan/routing-rules';
import { answerProblem } from '../failure-answer.ts';
import { hasBody } from '../forward/client-request.ts';
import type { ExchangeOpening, ExchangeWay, Exchanges, OpenExchange } from '../forward/exchanges.ts';
import type { ForwardOutcome } from '../forward/outcome.ts';
import type { AnswerStore } from './answer-store.ts';
import type { CacheMetrics, CacheResult } from './cache-metrics.ts';
import { asksTheSide, headersOf304, isKnownTo } from './conditions.ts';
import { FillingTap } from './filling-tap.ts';
import { headerMapOf, withoutHeaders, type HeaderMap } from './header-map.ts';
import { invalidating } from './invalidating.ts';
import type { Keeping } from './keeping.ts';
import { headersNow, renew, type KeptAnswer } from './kept-answer.ts';
import { sendWhole } from './send-whole.ts';
import { StandingResponse } from './standing-response.ts';

export interface CachingParts {
  readonly store: AnswerStore;
  readonly metrics: Pick<CacheMetrics, 'cacheRequests'>;
  /** Whether a route of the rules in force keeps answers; without one nothing costs anything. */
  readonly isInUse: () => boolean;
  /** Since 1970. */
  readonly nowMs: () => number;
}

/** Exchanges that keep answers where a rule says so, and forget them when their path is written to. */
export function createCachingExchanges(exchanges: Exchanges, parts: CachingParts): Exchanges {
  let table: RuleTable | undefined;
  return {
    open(opening) {
      const { keeping, request, upgrade } = opening;
      if (upgrade) return exchanges.open(opening);
      if (!safeMethods.has(request.method ?? ''))
        return parts.isInUse() ? invalidating(exchanges.open(opening), opening, parts.store) : exchanges.open(opening);
      if (!keeping) return exchanges.open(opening);
      // Other rules may lead the same question elsewhere, or keep it in other bounds.
      if (table !== keeping.table) parts.store.clear();
      table = keeping.table;
      return openKeeping(exchanges, { ...opening, keeping }, parts);
    },
  };
}

type KeepingOpening = ExchangeOpening & { readonly keeping: Keeping };

function openKeeping(exchanges: Exchanges, opening: KeepingOpening, parts: CachingParts): OpenExchange {
  const { keeping, request: asked } = opening;
  const request = headerMapOf(asked.rawHeaders);
  const count = (result: CacheResult): void => parts.metrics.cacheRequests.inc({ rule: keeping.place.routeId, result });
  const isBeyondUs = hasBody(asked) || asksTheSide(request) || !['GET', 'HEAD'].includes(asked.method ?? '');
  if (isBeyondUs) {
    count('bypass');
    return exchanges.open(opening);
  }
  let answering: KeptAnswering | undefined;
  return {
    send(way) {
      // The second way is a fall-back: it is for this one request, and nothing is kept of it.
      if (answering) return (answering.exchange ?? exchanges.open(opening)).send(way);
      answering = new KeptAnswering(opening, request, { ...parts, count });
      return answering.send(way, exchanges);
    },
    isUntouched: true,
  };
}

interface AnsweringParts extends CachingParts {
  readonly count: (result: CacheResult) => void;
}

/** One GET or HEAD of a route that keeps answers. */
class KeptAnswering {
  exchange: OpenExchange | undefined;
  readonly #opening: KeepingOpening;
  readonly #request: HeaderMap;
  readonly #parts: AnsweringParts;
  readonly #askedAtMs: number;

  constructor(opening: KeepingOpening, request: HeaderMap, parts: AnsweringParts) {
    this.#opening = opening;
    this.#request = request;
    this.#parts = parts;
    this.#askedAtMs = parts.nowMs();
  }

  send(way: ExchangeWay, exchanges: Exchanges): Promise<ForwardOutcome> {
    const kept = this.#parts.store.find(this.#opening.keeping.place, this.#request);
    if (kept?.policy.satisfies(this.#request)) return this.#hit(kept, way);
    if (/only-if-cached/i.test(this.#request['cache-control'] ?? '')) return this.#refuse(way);
    if (this.#opening.request.method === 'HEAD') return this.#pass(way, exchanges);
    return kept && canBeRenewed(kept) ? this.#renew(kept, way, exchanges) : this.#fill(way, exchanges);
  }

  #hit(kept: KeptAnswer, way: ExchangeWay): Promise<ForwardOutcome> {
    this.#parts.count('hit');
    const { response, request } = this.#opening;
    const { status, headers, body } = this.#forClient(kept, way);
    const isHead = request.method === 'HEAD';
    const whole = { status, headers: [...headers, ...cacheHeader('hit'), ...way.ownHeaders] };
    return sendWhole(response, { ...whole, body: isHead ? undefined : body }, way.timeouts.totalMs ?? patienceMs);
  }

  /** RFC 9111 5.2.1.7. */
  #refuse(way: ExchangeWay): Promise<ForwardOutcome> {
    this.#parts.count('miss');
    const document = problem(504, 'not-kept', 'Not kept', 'There is no such answer that is kept and fresh.');
    answerProblem(this.#opening.response, document, [...cacheHeader('miss'), ...way.ownHeaders]);
    return Promise.resolve({ kind: 'completed', status: 504 });
  }

  #pass(way: ExchangeWay, exchanges: Exchanges): Promise<ForwardOutcome> {
    this.#parts.count('bypass');
    this.exchange = exchanges.open(this.#opening);
    return this.exchange.send(way);
  }

  #fill(way: ExchangeWay, exchanges: Exchanges): Promise<ForwardOutcome> {
    this.#parts.count('miss');
    this.exchange = exchanges.open(this.#opening);
    const { tap, release } = this.#tap();
    const transformAnswer = (status: number, flat: readonly string[]): readonly string[] => [
      ...(way.transformAnswer?.(status, flat) ?? flat),
      ...cacheHeader('miss'),
    ];
    return this.exchange.send({ ...way, tap, transformAnswer }).finally(release);
  }

  async #renew(kept: KeptAnswer, way: ExchangeWay, exchanges: Exchanges): Promise<ForwardOutcome> {
    const response = new StandingResponse(this.#opening.response);
    this.exchange = exchanges.open({ ...this.#opening, response });
    const { tap, release } = this.#tap();
    const filling = this.#parts.store.fill(this.#opening.keeping.place);
    let sentStatus: number | undefined;
    const transformAnswer = (status: number, flat: readonly string[]): readonly string[] => {
      const isRenewed = status === 304;
      this.#parts.count(isRenewed ? 'revalidated' : 'miss');
      if (!isRenewed) return [...(way.transformAnswer?.(status, flat) ?? flat), ...cacheHeader('miss')];
      const { answer, mayStay } = renew(kept, { ...this.#circumstances(), headers: flat });
      if (mayStay) filling.keep(answer);
      const forClient = this.#forClient(answer, way);
      sentStatus = forClient.status;
      response.standIn(forClient);
      return [...forClient.headers, ...cacheHeader('revalidated')];
    };
    const transformRequest = (flat: readonly string[]): readonly string[] =>
      withValidators(way.transformRequest?.(flat) ?? flat, kept);
    const outcome = await this.exchange.send({ ...way, tap, transformRequest, transformAnswer });
    filling.release();
    release();
    return outcome.kind === 'completed' ? { ...outcome, status: sentStatus ?? outcome.status } : outcome;
  }

  #tap() {
    const filling = this.#parts.store.fill(this.#opening.keeping.place);
    return {
      tap: new FillingTap({ ...this.#circumstances(), filling }),
      release: () => filling.release(),
    };
  }

  #circumstances() {
    const { maxSeconds } = this.#opening.keeping.place.limits;
    return { request: this.#request, askedAtMs: this.#askedAtMs, maxSeconds, nowMs: this.#parts.nowMs };
  }

  /** In the shape for this client, who may have it already. */
  #forClient(kept: KeptAnswer, { transformAnswer }: ExchangeWay) {
    const isKnown = isKnownTo(this.#request, kept);
    const status = isKnown ? 304 : kept.status;
    const headers = isKnown ? headersOf304(headersNow(kept)) : headersNow(kept);
    return { status, headers: transformAnswer?.(status, headers) ?? headers, body: isKnown ? undefined : kept.body };
  }
}

// For routes without a limit in time.
const patienceMs = 60_000;

function cacheHeader(result: CacheResult): readonly string[] {
  return ['x-banyan-cache', result];
}

function canBeRenewed({ policy }: KeptAnswer): boolean {
  return policy.etag !== undefined || policy.lastModified !== undefined;
}

const validators: ReadonlySet<string> = new Set(['if-none-match', 'if-modified-since']);

/** Ours in the place of the client's: whether the client has it already is judged by what comes back. */
function withValidators(flat: readonly string[], { policy }: KeptAnswer): readonly string[] {
  return [
    ...withoutHeaders(flat, validators),
    ...(policy.etag === undefined ? [] : ['if-none-match', policy.etag]),
    ...(policy.lastModified === undefined ? [] : ['if-modified-since', policy.lastModified]),
  ];
}
