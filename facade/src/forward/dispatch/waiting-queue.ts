/** What knows its neighbours in a queue, and so can leave it from anywhere. */
export interface Queued<Self> {
  previous: Self | undefined;
  next: Self | undefined;
}

/**
 * First in, first out; whoever gives up leaves it from where it stands. A list whose links are cut, not an array or a Set:
 * what has left is held by nobody (ADR 0011).
 */
export class WaitingQueue<Member extends Queued<Member>> {
  #first: Member | undefined;
  #last: Member | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(member: Member): void {
    member.previous = this.#last;
    if (this.#last) this.#last.next = member;
    else this.#first = member;
    this.#last = member;
    this.#count += 1;
  }

  shift(): Member | undefined {
    const first = this.#first;
    if (first) this.remove(first);
    return first;
  }

  /** @param member - one that is in it */
  remove(member: Member): void {
    const { previous, next } = member;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    member.previous = undefined;
    member.next = undefined;
    this.#count -= 1;
  }
}
