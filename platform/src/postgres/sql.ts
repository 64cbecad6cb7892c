/**
 * Rows are plain objects. int8, numeric and interval come as text, dates and timestamps as `YYYY-MM-DD HH:MM:SS.ssssss+00` text,
 * arrays of them as arrays of text: nothing is rounded. json and jsonb are parsed.
 */
interface SqlResult<R> {
  readonly rows: R[];
  readonly rowCount: number | null;
}

export interface Sql {
  query<R extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<SqlResult<R>>;
}

/** One connection inside one transaction. */
export interface Transaction extends Sql {
  readonly isTransaction: true;
}

export interface Session extends Sql {
  /** As {@link Database.transaction}, on this connection. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

export interface Listener {
  close(): Promise<void>;
}

export interface Database extends Sql {
  /**
   * Commits when `work` resolves, rolls back when it rejects; the rejection is passed on.
   *
   * @throws {BanyanError} TRANSACTION_ABORTED when `work` swallowed the failure of a statement, so that Postgres refuses to commit
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** One connection of its own, for work that carries state (replication origins, session locks). It is closed after `work`, never reused. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Listens on a connection of its own, which is opened again with growing pauses when it is lost.
   *
   * @param onReconnect - what was notified while the connection was lost is gone; read the state again here
   * @throws when the first connection cannot be made; later ones are tried until `close`
   */
  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<Listener>;
  /** Ends listeners and idle connections and waits for running work. A second call returns the same promise. */
  close(): Promise<void>;
}
