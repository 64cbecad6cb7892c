import { formatLsn, parseLsn, type Position } from './position.ts';

/** What travels beside the envelope, because Debezium's format has no place for it. */
export const headerNames = {
  /** Identity and order: `16/B374D848:3`, see {@link formatPosition}. */
  position: 'banyan-position',
  /** The primary key as Debezium writes a record's key: `{"id":1001}`. The record's own key is the lane. */
  key: 'banyan-key',
  /** JSON array of the columns in `after` that hold a placeholder; absent when there is none. */
  unavailable: 'banyan-unavailable',
  /** Debezium's names for the two halves of a changed primary key. */
  newKey: '__debezium.newkey',
  oldKey: '__debezium.oldkey',
} as const;

export function formatPosition({ commitLsn, ordinal }: Position): string {
  return `${formatLsn(commitLsn)}:${ordinal}`;
}

/** @returns undefined when the text is no position */
export function parsePosition(text: string): Position | undefined {
  const match = /^([0-9A-F]{1,8}\/[0-9A-F]{1,8}):(\d{1,15})$/.exec(text);
  if (!match) return undefined;
  const [, lsn = '', ordinal = ''] = match;
  return { commitLsn: parseLsn(lsn), ordinal: Number(ordinal) };
}
