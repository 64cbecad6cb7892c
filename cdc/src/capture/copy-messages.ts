import { postgresEpochMicros } from './postgres-epoch.ts';

/** What the server sends inside CopyBoth. @see https://www.postgresql.org/docs/current/protocol-replication.html */
export type CopyMessage =
  | { readonly kind: 'data'; readonly lsn: bigint; readonly data: Buffer }
  | { readonly kind: 'keepalive'; readonly lsn: bigint; readonly mustReply: boolean };

const dataTag = 0x77; // 'w': start, end and clock, then the message
const keepaliveTag = 0x6b; // 'k': end, clock, reply flag
const statusTag = 0x72; // 'r'
const dataHeaderBytes = 25;

/** `data` refers to `chunk`, which is overwritten when the caller's callback returns. @throws {RangeError} for any other message */
export function copyMessage(chunk: Buffer): CopyMessage {
  const tag = chunk.readUInt8(0);
  const lsn = chunk.readBigUInt64BE(1);
  if (tag === dataTag && chunk.length >= dataHeaderBytes)
    return { kind: 'data', lsn, data: chunk.subarray(dataHeaderBytes) };
  if (tag === keepaliveTag) return { kind: 'keepalive', lsn, mustReply: chunk.readUInt8(17) === 1 };
  throw new RangeError(`the server sent a message of kind ${tag} inside the replication stream`);
}

/**
 * A standby status update.
 *
 * @param receivedLsn - for the server's statistics only
 * @param confirmedLsn - what the slot may forget; 0 leaves the slot where it is
 * @param mustAnswer - asks for a keepalive at once, also when the server has nothing to say
 */
export function statusUpdate(receivedLsn: bigint, confirmedLsn: bigint, mustAnswer: boolean): Buffer {
  const message = Buffer.alloc(34);
  message.writeUInt8(statusTag, 0);
  message.writeBigUInt64BE(receivedLsn > confirmedLsn ? receivedLsn : confirmedLsn, 1);
  message.writeBigUInt64BE(confirmedLsn, 9);
  message.writeBigUInt64BE(confirmedLsn, 17);
  // Shown as pg_stat_replication.reply_time.
  message.writeBigInt64BE(BigInt(Date.now()) * 1000n - postgresEpochMicros, 25);
  message.writeUInt8(mustAnswer ? 1 : 0, 33);
  return message;
}
