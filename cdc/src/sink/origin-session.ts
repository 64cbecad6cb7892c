import { codeOf, type Database, type Session, type Transaction } from '@banyan/platform';
import { formatLsn, type Position } from '../event/position.ts';

/** Where and when the change that a transaction carries over was committed on its source. */
export interface OriginMark {
  readonly position: Position;
  readonly committedAtMicros: bigint;
}

/** The one connection of a direction that writes to the target, marked as its replication origin: captures there drop what it writes. */
export interface OriginSession {
  /** One at a time, in the order of the calls. A session that was lost is opened again by the next call. */
  transaction<T>(mark: OriginMark | undefined, work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface OpenSession {
  readonly session: Session;
  readonly release: () => void;
  /** Settles when the connection is closed. */
  readonly ended: Promise<void>;
}

// An origin belongs to the whole server: without the database's name, two installations on one server would shut each other out.
const nameOrigin = `select $1 || '@' || current_database() as name`;
const createOrigin = `
  select pg_replication_origin_create($1) where not exists (select from pg_replication_origin where roname = $1)`;
const setupSession = `select pg_replication_origin_session_setup($1)`;
const setupTransaction = `
  select pg_replication_origin_xact_setup($1::pg_lsn, timestamptz 'epoch' + $2::bigint * interval '1 microsecond')`;
const resetTransaction = `select pg_replication_origin_xact_reset()`;

/**
 * @param origin - `banyan:<direction>`, completed with the target's name; Postgres admits one session per origin (SQLSTATE 55006 for a second one), so a direction
 *   has one sink at a time, whichever processes run
 */
export function createOriginSession(database: Database, origin: string): OriginSession {
  let current: Promise<OpenSession> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function run<T>(mark: OriginMark | undefined, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { session } = await opened();
    try {
      return await session.transaction(async (tx) => {
        await setMark(tx, mark);
        return work(tx);
      });
    } catch (err) {
      if (mayBeLost(err)) await drop();
      throw err;
    }
  }

  function opened(): Promise<OpenSession> {
    current ??= open(database, origin).catch((err: unknown) => {
      // The next call tries anew.
      current = undefined;
      throw err;
    });
    return current;
  }

  async function drop(): Promise<void> {
    const lost = await current?.catch(() => undefined);
    current = undefined;
    lost?.release();
    await lost?.ended;
  }

  return {
    transaction(mark, work) {
      const result = last.then(() => run(mark, work));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
      await drop();
    },
  };
}

/** In every transaction: the state sticks to the session, the next one would carry this one's LSN and commit time. */
async function setMark(tx: Transaction, mark: OriginMark | undefined): Promise<void> {
  if (mark) await tx.query(setupTransaction, [formatLsn(mark.position.commitLsn), mark.committedAtMicros]);
  else await tx.query(resetTransaction);
}

async function open(database: Database, origin: string): Promise<OpenSession> {
  return new Promise((resolve, reject) => {
    const ended: Promise<void> = database
      .session(async (session) => {
        const { rows } = await session.query<{ name: string }>(nameOrigin, [origin]);
        await session.query(createOrigin, [rows[0]?.name]);
        await session.query(setupSession, [rows[0]?.name]);
        await new Promise<void>((release) => resolve({ session, release, ended }));
      })
      .catch(reject);
  });
}

/** The server reports failures of statements with an SQLSTATE; of those, 57P and 08 end the connection. Anything else may have. */
function mayBeLost(err: unknown): boolean {
  const code = codeOf(err);
  return !/^[0-9A-Z]{5}$/.test(code) || /^(57P|08)/.test(code);
}
