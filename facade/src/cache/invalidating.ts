import type { ExchangeOpening, OpenExchange } from '../forward/exchanges.ts';
import type { AnswerStore } from './answer-store.ts';

/**
 * A write: what is kept under its path is forgotten before the client hears of its outcome, so that it reads what it wrote.
 * Whatever the outcome is: a write that timed out may have been carried out (RFC 9111 4.4 asks for successes only).
 */
export function invalidating(
  exchange: OpenExchange,
  { target, request }: ExchangeOpening,
  store: AnswerStore,
): OpenExchange {
  const path = pathOf(target);
  return {
    async send(way) {
      const outcome = await exchange.send({
        ...way,
        transformAnswer(status, flat) {
          const shaped = way.transformAnswer?.(status, flat) ?? flat;
          store.invalidate(path);
          for (const other of namedPaths(shaped, request.headers.host)) store.invalidate(other);
          return shaped;
        },
      });
      store.invalidate(path);
      return outcome;
    },
    get isUntouched() {
      return exchange.isUntouched;
    },
  };
}

/** Paths of our own host that the answer names as what was written. */
function namedPaths(flat: readonly string[], host: string | undefined): readonly string[] {
  return flat.flatMap((text, index) => {
    const name = flat[index - 1]?.toLowerCase();
    if (index % 2 === 0 || (name !== 'location' && name !== 'content-location')) return [];
    if (text.startsWith('/') && !text.startsWith('//')) return pathOf(text);
    const named = URL.canParse(text) ? new URL(text) : undefined;
    return named && named.host === host ? named.pathname : [];
  });
}

function pathOf(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? '';
}
