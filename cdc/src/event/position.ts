/**
 * Identity and order of a change within one source: the LSN of its transaction's commit record and its ordinal in that transaction.
 * A change's own LSN is neither unique (COPY) nor monotonic in the stream (interleaved transactions), so it is never used for order.
 * Streamed changes count from 1; a snapshot row has ordinal 0 at the slot's consistent point, so that every streamed change wins over it.
 */
export interface Position {
  readonly commitLsn: bigint;
  readonly ordinal: number;
}

export function isAfter(left: Position, right: Position): boolean {
  return left.commitLsn === right.commitLsn ? left.ordinal > right.ordinal : left.commitLsn > right.commitLsn;
}

/** `16/B374D848`, as Postgres writes an LSN. */
export function formatLsn(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;
}

export function parseLsn(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
