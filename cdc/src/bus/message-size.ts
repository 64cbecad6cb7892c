import { BanyanError } from '@banyan/platform';
import type { BusMessage } from './change-bus.ts';

/**
 * Limits that hold on every bus, so that what runs embedded also runs on Kafka.
 * `batch`: below the broker's default of 1 MiB for one record batch, with room for its framing. `message`: a single larger record
 * travels alone, on topics created with a `max.message.bytes` above this.
 */
export const byteLimits = { batch: 900_000, message: 15_000_000 } as const;

// Kafka's framing of a record: length, attributes, timestamp and offset deltas, and a length before each part.
const recordOverheadBytes = 70;
const headerOverheadBytes = 8;

/** What the message takes uncompressed in a record batch, in bytes; never less than it really takes. */
export function sizeOf({ key, value, headers }: BusMessage): number {
  let sizeBytes = recordOverheadBytes + Buffer.byteLength(key) + (value?.length ?? 0);
  for (const name in headers)
    sizeBytes += headerOverheadBytes + Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '');
  return sizeBytes;
}

/** @throws {BanyanError} BUS_MESSAGE_TOO_LARGE naming the first message above the limit; nothing of the call was sent then */
export function refuseTooLarge(messages: readonly BusMessage[], limitBytes: number = byteLimits.message): void {
  for (const message of messages) {
    const sizeBytes = sizeOf(message);
    if (sizeBytes > limitBytes)
      throw new BanyanError(
        'BUS_MESSAGE_TOO_LARGE',
        `A change for ${message.topic}, lane "${message.key}", has ${sizeBytes} bytes; a message may have ${limitBytes}.`,
        {
          remedy:
            'Shorten the row on its source, or leave its large column out of the publication; the capture waits at this change.',
          concerning: message.topic,
        },
      );
  }
}

export interface CutLimits {
  readonly maxBytes: number;
  readonly maxCount: number;
}

/** Cuts `items` into runs in order; a run exceeds `maxBytes` only when it is one single item. */
export function cutBySize<T>(
  items: readonly T[],
  sizeBytesOf: (item: T) => number,
  { maxBytes, maxCount }: CutLimits,
): readonly (readonly T[])[] {
  const runs: T[][] = [];
  let run: T[] = [];
  let runBytes = 0;
  for (const item of items) {
    const sizeBytes = sizeBytesOf(item);
    if (run.length > 0 && (run.length >= maxCount || runBytes + sizeBytes > maxBytes)) {
      runs.push(run);
      run = [];
      runBytes = 0;
    }
    run.push(item);
    runBytes += sizeBytes;
  }
  if (run.length > 0) runs.push(run);
  return runs;
}
