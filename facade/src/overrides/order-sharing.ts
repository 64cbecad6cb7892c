import { messageOf, migrate, withDeadline, type Database, type Logger, type MigrationsOptions } from '@banyan/platform';
import { entryKey, isNewer, sinceOf, type OrderEntry } from './order-entry.ts';
import type { Overrides } from './overrides.ts';
import { ordersChannel, readSharedOrders, writeSharedOrders } from './shared-orders-table.ts';

/** Whether the other replicas know an order. */
export type Sharing = { readonly isShared: true } | { readonly isShared: false; readonly why: string };

export interface OrderSharing {
  /** Tells the other replicas now. Waits for a moment only, and never fails: what could not be told is told later. */
  share(): Promise<Sharing>;
  status(): SharingStatus;
  close(): Promise<void>;
}

export interface SharingStatus {
  readonly kind: 'off' | 'shared' | 'behind';
  /** Since this replica last knew what all others know; null before the first time. */
  readonly ageSeconds: number | null;
  readonly why: string;
}

export interface OrderSharingParts {
  /** Used by nobody else; closed with the sharing. */
  readonly database: Database;
  readonly orders: Pick<Overrides, 'entries' | 'merge'>;
  readonly log: Logger;
  readonly nowMs: () => number;
  /** Beside the notifications, for a word that was lost, and for a database that was away. */
  readonly everyMs: number;
  /** How long the answer to whoever gave an order waits for the database. */
  readonly patienceMs: number;
  readonly onSync: (isOk: boolean) => void;
  /** An order of another replica is in force here: this long after it was given, by two clocks. */
  readonly onTaken: (lagSeconds: number) => void;
}

// A server that accepts and says nothing must not hold up the next attempt for ever.
const exchangeLimitMs = 10_000;
const migrations: MigrationsOptions = { directory: new URL('../../migrations/', import.meta.url), set: 'facade' };

/** For a facade that is alone, or shares its orders as a file. */
export function noSharing(why: string): OrderSharing {
  return {
    share: () => Promise.resolve({ isShared: false, why }),
    status: () => ({ kind: 'off', ageSeconds: null, why }),
    close: () => Promise.resolve(),
  };
}

/**
 * Orders of all replicas by way of a table: each writes what it knows later than the table, takes over what the table knows
 * later, and tells the others. Nothing here is waited for by a request or by an order.
 */
export function startOrderSharing(parts: OrderSharingParts): OrderSharing {
  return new TableSharing(parts);
}

class TableSharing implements OrderSharing {
  readonly #parts: OrderSharingParts;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  /** Something changed after the running exchange had begun. */
  #next: Promise<void> | undefined;
  #isListening = false;
  #isMigrated = false;
  #syncedAtMs: number | undefined;
  #problem: string | undefined = 'the control database has not answered yet';
  #isClosed = false;

  constructor(parts: OrderSharingParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#exchange(), parts.everyMs).unref();
    void this.#exchange();
  }

  async share(): Promise<Sharing> {
    try {
      await withDeadline(this.#exchange(), this.#parts.patienceMs, 'sharing the order');
    } catch (err) {
      return { isShared: false, why: messageOf(err) };
    }
    return this.#problem === undefined ? { isShared: true } : { isShared: false, why: this.#problem };
  }

  status(): SharingStatus {
    const ageSeconds =
      this.#syncedAtMs === undefined ? null : Math.max(0, this.#parts.nowMs() - this.#syncedAtMs) / 1000;
    return this.#problem === undefined
      ? { kind: 'shared', ageSeconds, why: 'all replicas are told' }
      : { kind: 'behind', ageSeconds, why: this.#problem };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#parts.database.close();
    await this.#running;
  }

  /** One at a time; one that is asked for during another comes after it, and serves all who ask meanwhile. */
  #exchange(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#run().finally(() => (this.#running = undefined));
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#exchange();
    });
    return this.#next;
  }

  async #run(): Promise<void> {
    if (this.#isClosed) return;
    try {
      const work = this.#prepare().then(() => this.#readAndWrite());
      await withDeadline(work, exchangeLimitMs, 'the control database');
      this.#settle(undefined);
    } catch (err) {
      this.#settle(messageOf(err));
    }
  }

  async #prepare(): Promise<void> {
    const { database } = this.#parts;
    if (!this.#isMigrated) await migrate(database, migrations);
    this.#isMigrated = true;
    if (this.#isListening) return;
    const lookNow = (): void => void this.#exchange();
    // It connects again by itself; what was said meanwhile is in the table.
    await database.listen(ordersChannel, lookNow, lookNow);
    this.#isListening = true;
  }

  async #readAndWrite(): Promise<void> {
    const { database, orders, nowMs, onTaken } = this.#parts;
    const shared = new Map((await readSharedOrders(database)).map((entry) => [entryKey(entry), entry]));
    const isNews = (entry: OrderEntry): boolean => isNewer(entry, shared.get(entryKey(entry)));
    const mine = [...orders.entries().values()].filter(isNews);
    const taken = orders.merge([...shared.values()], 'replica');
    for (const entry of taken) onTaken(Math.max(0, nowMs() - Date.parse(sinceOf(entry))) / 1000);
    if (mine.length > 0) await writeSharedOrders(database, mine);
  }

  #settle(problem: string | undefined): void {
    if (this.#isClosed) return;
    const { log, nowMs, onSync } = this.#parts;
    onSync(problem === undefined);
    if (problem === undefined) this.#syncedAtMs = nowMs();
    if ((problem === undefined) !== (this.#problem === undefined)) {
      if (problem === undefined) log.info({ event: 'overrides.shared' }, 'orders are shared with the other replicas');
      else
        log.warn({ event: 'overrides.unshared', problem }, 'orders hold here and are not shared with other replicas');
    }
    this.#problem = problem;
  }
}
