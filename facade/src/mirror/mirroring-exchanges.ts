import { hasBody } from '../forward/client-request.ts';
import type { ExchangeOpening, Exchanges, ExchangeWay, OpenExchange } from '../forward/exchanges.ts';
import type { OnLongLived } from '../forward/long-lived.ts';
import type { ForwardOutcome } from '../forward/outcome.ts';
import { BodyCopy, type CopyMemory } from './body-copy.ts';
import type { createEveryNth } from './every-nth.ts';
import type { MirrorMetrics, SkipReason } from './mirror-metrics.ts';
import type { MirrorOrder } from './mirror-order.ts';
import { mirroredRequest } from './mirrored-request.ts';
import { mirrorHeader, type Mirrors } from './mirrors.ts';

export interface MirroringParts {
  readonly mirrors: Pick<Mirrors, 'offer'>;
  readonly takes: ReturnType<typeof createEveryNth>;
  readonly memory: CopyMemory;
  readonly metrics: Pick<MirrorMetrics, 'mirrorsSkipped'>;
  readonly isClosing: () => boolean;
}

/** Exchanges of which a copy goes to a candidate where a rule says so, once the client has its answer. */
export function createMirroringExchanges(exchanges: Exchanges, parts: MirroringParts): Exchanges {
  return {
    open(opening) {
      const { mirror: order } = opening;
      if (!order || opening.upgrade || !parts.takes(order.mirror)) return exchanges.open(opening);
      const skipped = whyNotBegun(opening, order, parts);
      if (skipped) {
        parts.metrics.mirrorsSkipped.inc({ rule: order.routeId, reason: skipped });
        return exchanges.open(opening);
      }
      const body = hasBody(opening.request) ? new BodyCopy(order.mirror.bodyBytes, parts.memory) : undefined;
      return new MirroredExchange(exchanges.open({ ...opening, bodyCopy: body }), { opening, order, body }, parts);
    },
  };
}

function whyNotBegun(
  { request }: ExchangeOpening,
  { mirror }: MirrorOrder,
  { isClosing }: MirroringParts,
): SkipReason | undefined {
  if (request.headers[mirrorHeader] !== undefined) return 'loop';
  if (isClosing()) return 'closing';
  // What is known to be too long is not copied in vain.
  const isTooLong = Number(request.headers['content-length'] ?? 0) > mirror.bodyBytes;
  return isTooLong || (mirror.bodyBytes === 0 && hasBody(request)) ? 'body-too-large' : undefined;
}

interface Copying {
  readonly opening: ExchangeOpening;
  readonly order: MirrorOrder;
  readonly body: BodyCopy | undefined;
}

/** One request whose copy is offered when its first exchange is over. A fall-back is a second one, and not copied. */
class MirroredExchange implements OpenExchange {
  readonly #exchange: OpenExchange;
  readonly #copying: Copying;
  readonly #parts: MirroringParts;
  #isOver = false;
  #isEndless = false;

  constructor(exchange: OpenExchange, copying: Copying, parts: MirroringParts) {
    this.#exchange = exchange;
    this.#copying = copying;
    this.#parts = parts;
  }

  get isUntouched(): boolean {
    return this.#exchange.isUntouched;
  }

  async send(way: ExchangeWay): Promise<ForwardOutcome> {
    if (this.#isOver) return this.#exchange.send(way);
    const outcome = await this.#exchange.send({ ...way, onLongLived: this.#watching(way.onLongLived) });
    this.#isOver = true;
    const skipped = this.#whySkipped(outcome) ?? this.#offer();
    if (!skipped) return outcome;
    this.#copying.body?.release();
    this.#parts.metrics.mirrorsSkipped.inc({ rule: this.#copying.order.routeId, reason: skipped });
    return outcome;
  }

  // It may go on for days: what was taken of its body is let go at once.
  #watching(onLongLived: OnLongLived | undefined): OnLongLived {
    return (line) => {
      this.#isEndless = true;
      this.#copying.body?.release();
      return onLongLived?.(line) ?? (() => undefined);
    };
  }

  #whySkipped(outcome: ForwardOutcome): SkipReason | undefined {
    if (this.#isEndless) return 'endless';
    if (outcome.kind !== 'completed') return 'not-served';
    return this.#copying.body?.lack ?? (this.#parts.isClosing() ? 'closing' : undefined);
  }

  #offer(): SkipReason | undefined {
    const { opening, order, body } = this.#copying;
    const { target, introduction } = opening;
    // The client's own objects are let go: a copy may take a minute.
    const request = mirroredRequest(opening.request, body?.pieces ?? []);
    const copy = { request, target, introduction, order, release: () => body?.release() };
    return this.#parts.mirrors.offer(copy) ? undefined : 'too-many';
  }
}
