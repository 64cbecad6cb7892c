import type { Exchanges, ExchangeWay } from '../forward/exchanges.ts';
import { outcomeLabel, statusClassOf, type ForwardOutcome } from '../forward/outcome.ts';
import type { Introduction } from '../forward/request-headers.ts';
import type { OwnRequest } from '../own-exchange/own-request.ts';
import { OwnResponse } from '../own-exchange/own-response.ts';
import { sideShapeFor } from '../transform/side-shape.ts';
import { candidateUpstream } from './candidate-upstream.ts';
import type { MirrorMetrics } from './mirror-metrics.ts';
import type { MirrorOrder } from './mirror-order.ts';

export interface MirrorsParts {
  /** Over connections that live traffic does not use: what happens to copies tells nothing about it. */
  readonly exchanges: Exchanges;
  readonly metrics: Pick<MirrorMetrics, 'mirrored' | 'mirroredDurations'>;
  /** Copies under way to one upstream. */
  readonly limit: number;
  /** Told what should not have happened. */
  readonly onCrash: (err: unknown) => void;
}

/** A request that was served, and where it goes once more. */
export interface Copy {
  readonly request: OwnRequest;
  readonly target: string;
  readonly introduction: Introduction;
  readonly order: MirrorOrder;
  /** Called once, when its body is not needed any more. */
  readonly release: () => void;
}

// An answer that nobody reads is not worth more of the candidate's time, or of ours.
const answerBytesLimit = 8_388_608;
const patienceMs = 60_000;

/** Sends copies. It never throws and never makes anybody wait; what goes wrong is counted. */
export class Mirrors {
  readonly #parts: MirrorsParts;
  readonly #counts = new Map<string, number>();
  readonly #open = new Set<OwnResponse>();
  #isClosed = false;

  constructor(parts: MirrorsParts) {
    this.#parts = parts;
  }

  get underWayCount(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Sends it soon: what is said to the client now leaves first. @returns false when there are too many */
  offer(copy: Copy): boolean {
    const { name } = copy.order.candidate.upstream;
    const count = this.#counts.get(name) ?? 0;
    if (count >= this.#parts.limit) return false;
    this.#counts.set(name, count + 1);
    setImmediate(() => void this.#serve(name, copy));
    return true;
  }

  /** Ends those under way. */
  close(): void {
    this.#isClosed = true;
    for (const response of this.#open) response.destroy();
  }

  async #serve(name: string, copy: Copy): Promise<void> {
    const response = new OwnResponse(answerBytesLimit);
    if (this.#isClosed) response.destroy();
    this.#open.add(response);
    try {
      await this.#send(copy, response);
    } catch (err) {
      this.#parts.onCrash(err);
    }
    this.#open.delete(response);
    copy.release();
    this.#countDown(name);
  }

  #countDown(name: string): void {
    const count = (this.#counts.get(name) ?? 1) - 1;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }

  async #send(copy: Copy, response: OwnResponse): Promise<void> {
    const { request, target, introduction, order } = copy;
    const startedAtMs = performance.now();
    const exchange = this.#parts.exchanges.open({ request, response, upgrade: undefined, target, introduction });
    const outcome = await exchange.send(wayTo(copy));
    this.#count(order, { outcome, response, durationMs: performance.now() - startedAtMs });
  }

  #count({ routeId, candidate }: MirrorOrder, { outcome, response, durationMs }: Ending): void {
    const { mirrored, mirroredDurations } = this.#parts.metrics;
    const of = { rule: routeId, upstream: candidate.upstream.name };
    const label = response.isTooLarge ? 'answer-too-large' : outcomeLabel(outcome);
    mirrored.inc({ ...of, status_class: statusClassOf(response.statusCode), outcome: label });
    mirroredDurations.child(of).observe(durationMs / 1000);
  }
}

interface Ending {
  readonly outcome: ForwardOutcome;
  readonly response: OwnResponse;
  readonly durationMs: number;
}

function wayTo({ request, target, introduction, order }: Copy): ExchangeWay {
  const { candidate, routeId } = order;
  const { upstream, timeouts } = candidate;
  const { scheme, isPeerTrusted } = introduction;
  const shape = sideShapeFor(candidate, { target, headers: request.headers, scheme, isPeerTrusted });
  const { transformRequest } = shape ?? {};
  const totalMs = Math.min(timeouts.totalMs ?? patienceMs, patienceMs);
  return {
    upstream: candidateUpstream(upstream),
    timeouts: { ...timeouts, totalMs },
    ownHeaders: [],
    target: shape?.target,
    // Said last: no transformation takes it away.
    transformRequest: (flat) => [...(transformRequest ? transformRequest(flat) : flat), mirrorHeader, routeId],
  };
}

/** Says to a candidate that it sees a copy, and which rule made it; to us, that it is not to be copied again. */
export const mirrorHeader = 'x-banyan-mirror';
