import type { Socket } from 'node:net';

/**
 * Takes `100 Continue` out of what is read before the head of an answer. A side may send one that nobody asked for
 * (RFC 9110 15.2), several servers do for every upload; undici ends the connection then. Other 1xx answers stay.
 *
 * @returns to be called when a request goes out: what is read next is the head of its answer
 */
export function skipContinue(socket: Socket): () => void {
  const heads = new HeadReader();
  const read = socket.read.bind(socket);
  socket.read = (sizeBytes?: number): Buffer | null => {
    const chunk = read(sizeBytes) as Buffer | null;
    return chunk === null || !heads.isExpecting ? chunk : heads.filter(chunk);
  };
  return () => heads.expect();
}

const continueForm = /^HTTP\/1\.[01] 100[ \r]/;
const informationForm = /^HTTP\/1\.[01] 1\d\d[ \r]/;
const startLength = 'HTTP/1.1 100 '.length;
const headEnd = '\r\n\r\n';
// What is longer is left to the parser, which has the limit of the configuration.
const heldBytesLimit = 65_536;

class HeadReader {
  isExpecting = false;
  /** The start of a head that has not come whole. */
  #held: Buffer | undefined;

  expect(): void {
    this.isExpecting = true;
    this.#held = undefined;
  }

  /** @returns null when nothing is left, for now */
  filter(chunk: Buffer): Buffer | null {
    const bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = undefined;
    const kept: Buffer[] = [];
    const at = this.#passInformation(bytes, kept);
    const rest = at === 0 ? bytes : bytes.subarray(at);
    if (this.isExpecting && rest.length > 0) this.#held = rest;
    else if (rest.length > 0) kept.push(rest);
    return kept.length > 1 ? Buffer.concat(kept) : (kept[0] ?? null);
  }

  /** @returns where the informational heads end that came whole */
  #passInformation(bytes: Buffer, kept: Buffer[]): number {
    let at = 0;
    for (;;) {
      const rest = bytes.subarray(at);
      const size = this.#sizeOfInformation(rest);
      if (size === undefined) return at;
      if (!continueForm.test(startOf(rest))) kept.push(rest.subarray(0, size));
      at += size;
    }
  }

  /** Undefined when these are no informational heads any more, or when the head has not come whole. */
  #sizeOfInformation(bytes: Buffer): number | undefined {
    const start = startOf(bytes);
    const isWhole = start.length === startLength;
    if (isWhole ? informationForm.test(start) : mayBecomeInformation(start)) {
      const end = isWhole ? bytes.indexOf(headEnd, 0, 'latin1') : -1;
      if (end >= 0) return end + headEnd.length;
      if (bytes.length < heldBytesLimit) return undefined;
    }
    this.isExpecting = false;
    return undefined;
  }
}

function startOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, startLength);
}

function mayBecomeInformation(start: string): boolean {
  return informationForm.test(start + 'HTTP/1.1 100 '.slice(start.length));
}
