import type { Transaction } from './sql.ts';

/**
 * Whole records of one table, read and written in sets inside the caller's transaction.
 * The sink folds a batch of changes over what `load` returned and hands the final states to `save` and `remove`.
 */
export interface RecordStore<R> {
  /** Locks the found rows until the transaction ends. Keys without a row are absent from the map. */
  load(tx: Transaction, keys: readonly number[]): Promise<ReadonlyMap<number, R>>;
  /** Inserts or overwrites; at most one record per key. */
  save(tx: Transaction, records: readonly R[]): Promise<void>;
  remove(tx: Transaction, keys: readonly number[]): Promise<void>;
}
