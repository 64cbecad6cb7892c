import type { Socket } from 'node:net';

const headEnd = '\r\n\r\n';
// Nobody who means well sends more ahead of an answer.
const headsLimit = 100;
const bytesLimit = 32_768;

export const nothing: Buffer = Buffer.alloc(0);

/** What a connection has brought ahead of its turn, and whether it is read at all. */
export class Ahead {
  readonly #socket: Socket;
  #bytes = nothing;
  #isPaused = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  /** All that has come so far, with these bytes behind it. */
  with(bytes: Buffer): Buffer {
    const all = this.isEmpty ? bytes : Buffer.concat([this.#bytes, bytes]);
    this.#bytes = nothing;
    return all;
  }

  /** Keeps them for later: not more than somebody sends who means well. Blank lines of a body count as ends of heads. */
  hold(bytes: Buffer): void {
    this.#bytes = Buffer.from(bytes);
    if (headCountIn(bytes) > headsLimit) this.#socket.destroy();
    else if (bytes.length > bytesLimit) this.pause();
  }

  forget(): void {
    this.#bytes = nothing;
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  readOn(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }
}

function headCountIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(headEnd); at >= 0; at = bytes.indexOf(headEnd, at + headEnd.length)) count += 1;
  return count;
}
