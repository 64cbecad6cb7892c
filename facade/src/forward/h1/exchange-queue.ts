import type { H1Exchange } from './exchange.ts';

/**
 * First in, first out; whoever gives up leaves it from where it stands. A list whose links are cut, not an array or a Set:
 * what has left is held by nobody (ADR 0011).
 */
export class ExchangeQueue {
  #first: H1Exchange | undefined;
  #last: H1Exchange | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(exchange: H1Exchange): void {
    exchange.previous = this.#last;
    if (this.#last) this.#last.next = exchange;
    else this.#first = exchange;
    this.#last = exchange;
    this.#count += 1;
  }

  shift(): H1Exchange | undefined {
    const first = this.#first;
    if (first) this.remove(first);
    return first;
  }

  /** @param exchange - one that is in it */
  remove(exchange: H1Exchange): void {
    const { previous, next } = exchange;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    exchange.previous = undefined;
    exchange.next = undefined;
    this.#count -= 1;
  }
}
