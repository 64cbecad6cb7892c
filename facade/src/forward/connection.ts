/** The connection under an exchange. */
export interface Connection {
  /** It served another exchange before: only then can it be a stale one. */
  readonly isReused: boolean;
  /** Ends it. undici's own abort would open another connection in its place. */
  cut(): void;
}
