/** What carries an exchange: a place in a queue at first, then a connection. */
export interface Connection {
  /** It served another exchange before: only then can it be a stale one. */
  readonly isReused: boolean;
  /** Puts these lines behind the body; they are asked for when it has ended. */
  trailWith(lines: () => string): void;
  /** Leaves the queue, or ends the connection; nothing more is told then. */
  cut(): void;
}
