import type { H1Connection } from './h1-connection.ts';

// The server counts from when it sent the answer, we from when we read it (RFC 9112 9.3 on races at the close).
const hintMarginMs = 1_000;

/** Connections that wait for a request: the one that was used last is used next, so that the others come to their end. */
export class IdleConnections {
  readonly #idleMs: number;
  readonly #connections: H1Connection[] = [];
  /** One for all of them; set while there are any. */
  #timer: NodeJS.Timeout | undefined;
  #wakesAtMs = Infinity;

  /** @param idleMs - how long one waits, unless its server says less */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  get count(): number {
    return this.#connections.length;
  }

  /** @returns false when its server closes it about now */
  add(connection: H1Connection): boolean {
    const { idleHintMs } = connection;
    const idleMs = idleHintMs === undefined ? this.#idleMs : Math.min(this.#idleMs, idleHintMs - hintMarginMs);
    if (idleMs <= 0) return false;
    const nowMs = performance.now();
    connection.idleUntilMs = nowMs + idleMs;
    this.#connections.push(connection);
    if (connection.idleUntilMs < this.#wakesAtMs) this.#wakeIn(idleMs, nowMs);
    return true;
  }

  take(): H1Connection | undefined {
    for (;;) {
      const connection = this.#connections.pop();
      if (!connection || connection.idleUntilMs > performance.now()) return connection;
      connection.destroy();
    }
  }

  /** It is gone. */
  remove(connection: H1Connection): void {
    const index = this.#connections.lastIndexOf(connection);
    if (index !== -1) this.#connections.splice(index, 1);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#wakesAtMs = Infinity;
    for (const connection of this.#connections.splice(0)) connection.destroy();
  }

  #wakeIn(forMs: number, nowMs: number): void {
    clearTimeout(this.#timer);
    this.#wakesAtMs = nowMs + forMs;
    this.#timer = setTimeout(this.#look, Math.ceil(forMs)).unref();
  }

  readonly #look = (): void => {
    const nowMs = performance.now();
    this.#wakesAtMs = Infinity;
    let nextMs = Infinity;
    for (const connection of [...this.#connections]) {
      if (connection.idleUntilMs <= nowMs) connection.destroy();
      else nextMs = Math.min(nextMs, connection.idleUntilMs);
    }
    if (nextMs < Infinity) this.#wakeIn(nextMs - nowMs, nowMs);
  };
}
