/** The connection under an exchange. */
export interface Connection {
  /** It served another exchange before: only then can it be a stale one. */
  readonly isReused: boolean;
  /** The side took no more of the request: where the answer ends with the connection, it may have been cut. */
  hasFailedWrite(): boolean;
  /** Puts these lines behind the chunked body that is sent next; asked when it has ended. */
  trailWith(lines: () => string): void;
  /** Ends it. undici's own abort would open another connection in its place. */
  cut(): void;
}
