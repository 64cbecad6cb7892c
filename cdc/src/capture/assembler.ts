import { BanyanError } from '@banyan/platform';
import type { BusMessage } from '../bus/change-bus.ts';
import type { ChangeEvent } from '../event/change-event.ts';
import { toBusMessages } from '../event/envelope.ts';
import { formatLsn } from '../event/position.ts';
import type { CapturedTable } from './captured-table.ts';
import type { PgoutputMessage } from './pgoutput.ts';
import { createRelations, type KnownRelation, type Relations } from './relations.ts';
import { rowChanges, type RowChange, type RowMessage } from './row-changes.ts';

/** What one message of the stream came to. */
export type Assembled =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'messages'; readonly messages: readonly BusMessage[] }
  /** The transaction is complete: once all its messages are durable, `endLsn` may be acknowledged. */
  | { readonly kind: 'committed'; readonly endLsn: bigint };

export interface AssemblerParts {
  readonly source: string;
  /** The database's name, for the envelope. */
  readonly database: string;
  readonly tables: readonly CapturedTable[];
  /** Primary key columns by table. */
  readonly keyColumns: ReadonlyMap<string, readonly string[]>;
  /** Commit LSNs (`16/B374D848`) of truncates that the operator has repeated by hand on the other side. */
  readonly acceptedTruncates: readonly string[];
  readonly nowMicros: () => bigint;
  readonly onEcho: (changeCount: number) => void;
}

/** Turns the stream into messages, one at a time: a transaction is never held, however large. */
export interface Assembler {
  /**
   * @param lsn - where the message stands in the WAL; not its identity
   * @throws {BanyanError} CDC_PROTOCOL, CDC_TRUNCATED, CDC_TABLE_UNMAPPED, CDC_LANE_UNKNOWN: capture must stop before this message
   */
  accept(message: PgoutputMessage, lsn: bigint): Assembled;
  readonly isInTransaction: boolean;
}

export function createAssembler(parts: AssemblerParts): Assembler {
  const state: State = { parts, relations: createRelations(parts.tables), open: undefined, lastCommitLsn: null };
  return {
    // The handler under a kind takes that kind; the compiler cannot relate the two.
    accept: (message, lsn) => (handlers[message.kind] as Handler<PgoutputMessage>)(state, message, lsn),
    get isInTransaction() {
      return state.open !== undefined;
    },
  };
}

interface State {
  readonly parts: AssemblerParts;
  readonly relations: Relations;
  open: OpenTransaction | undefined;
  lastCommitLsn: bigint | null;
}

interface OpenTransaction {
  readonly commitLsn: bigint;
  readonly committedAtMicros: bigint;
  readonly id: number;
  origin: string | undefined;
  /** Counts every row change, captured or not, so that an ordinal does not depend on what is configured. */
  changeCount: number;
}

type Handler<M> = (state: State, message: M, lsn: bigint) => Assembled;
type Handlers = { readonly [K in PgoutputMessage['kind']]: Handler<Extract<PgoutputMessage, { kind: K }>> };

const nothing: Assembled = { kind: 'nothing' };

const handlers: Handlers = {
  begin(state, { commitLsn, committedAtMicros, transactionId }) {
    state.open = { commitLsn, committedAtMicros, id: transactionId, origin: undefined, changeCount: 0 };
    return nothing;
  },
  origin(state, { name }) {
    inTransaction(state).origin = name;
    return nothing;
  },
  relation(state, { relation }) {
    state.relations.learn(relation);
    return nothing;
  },
  type(state, type) {
    state.relations.learnType(type);
    return nothing;
  },
  insert: change,
  update: change,
  delete: change,
  truncate,
  commit(state, { commitLsn, endLsn }) {
    const open = inTransaction(state);
    if (isEcho(open)) state.parts.onEcho(open.changeCount);
    state.lastCommitLsn = commitLsn;
    state.open = undefined;
    return { kind: 'committed', endLsn };
  },
  // Nobody writes logical messages yet; the markers of a hand-off will be the first.
  message: () => nothing,
  malformed(_state, { reason }) {
    throw protocolError(reason);
  },
};

function inTransaction({ open }: State): OpenTransaction {
  if (!open) throw protocolError('a change came outside a transaction');
  return open;
}

/** What our sinks wrote came from the other side and must not go back there. Other origins flow like local changes. */
function isEcho({ origin }: OpenTransaction): boolean {
  return origin?.startsWith('banyan:') ?? false;
}

function change(state: State, message: RowMessage, lsn: bigint): Assembled {
  const open = inTransaction(state);
  if (isEcho(open)) {
    open.changeCount += 1;
    return nothing;
  }
  const relation = state.relations.get(message.relationId);
  const messages: BusMessage[] = [];
  for (const rowChange of rowChanges(message, relation)) {
    open.changeCount += 1;
    if (relation.takes(rowChange.operation)) messages.push(...write(state, open, { relation, rowChange, lsn }));
  }
  return messages.length === 0 ? nothing : { kind: 'messages', messages };
}

interface Written {
  readonly relation: KnownRelation;
  readonly rowChange: RowChange;
  readonly lsn: bigint;
}

function write(
  { parts, lastCommitLsn }: State,
  open: OpenTransaction,
  { relation, rowChange, lsn }: Written,
): readonly BusMessage[] {
  // Field by field: copying with `...` costs more than everything else on this path.
  const { operation, before, after, unavailable, counterpart } = rowChange;
  const { table, topic } = relation;
  const event: ChangeEvent = {
    operation,
    source: parts.source,
    table,
    position: { commitLsn: open.commitLsn, ordinal: open.changeCount },
    before,
    after,
    unavailable,
    committedAtMicros: open.committedAtMicros,
    transactionId: open.id,
    // A row that changes its scope belongs to the lane it enters; the version guard keeps the lane it left from undoing that.
    scope: relation.laneOf(after ?? before),
  };
  return toBusMessages(event, topic, {
    database: parts.database,
    keyColumns: parts.keyColumns.get(table) ?? [],
    lsn,
    lastCommitLsn,
    publishedAtMicros: parts.nowMicros(),
    origin: open.origin,
    counterpart,
  });
}

function truncate(state: State, { relationIds }: Extract<PgoutputMessage, { kind: 'truncate' }>): Assembled {
  const open = inTransaction(state);
  if (isEcho(open)) return nothing;
  const { source, acceptedTruncates } = state.parts;
  const at = formatLsn(open.commitLsn);
  // An outbox may be emptied: only its inserts matter.
  const refused = relationIds.map((id) => state.relations.get(id)).find((relation) => relation.takes('t'));
  if (refused && !acceptedTruncates.includes(at)) throw truncated(source, refused.table, at);
  return nothing;
}

function protocolError(reason: string): BanyanError {
  return new BanyanError('CDC_PROTOCOL', `The replication stream cannot be read: ${reason}.`, {
    remedy:
      'Nothing past it was acknowledged. Check that the server is PostgreSQL 14 or later, and report the message.',
  });
}

function truncated(source: string, table: string, at: string): BanyanError {
  return new BanyanError(
    'CDC_TRUNCATED',
    `${table} of "${source}" was truncated at ${at}. A TRUNCATE does not say which rows went, so it cannot be applied to the other side.`,
    {
      remedy:
        `Everything before it was delivered. Delete the same rows on the other side by hand, then restart with ` +
        `SYNC_ACCEPTED_TRUNCATES=${source}@${at}.`,
      concerning: table,
    },
  );
}
