import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackoff } from '../../bus/backoff.ts';
import type { BusMessage, ChangeBus, SubscribeOptions } from '../../bus/change-bus.ts';

interface FileBus extends ChangeBus {
  /** Resolves when everything in the folder is committed. */
  readonly drained: Promise<void>;
}

interface StoredMessage extends Omit<BusMessage, 'value'> {
  readonly value: string | null;
}

/** Puts messages into a folder, from where {@link openFileBus} hands them over; offsets survive the death of the process. */
export async function fillFileBus(folder: string, messages: readonly BusMessage[]): Promise<void> {
  const stored = messages.map((message): StoredMessage => ({
    ...message,
    value: message.value?.toString('base64') ?? null,
  }));
  await writeFile(join(folder, 'messages.json'), JSON.stringify(stored));
  await writeFile(join(folder, 'offset'), '0');
}

/** A bus with one topic and one group on a folder: like Kafka, it commits an offset after the batch, in another place than the batch. */
export function openFileBus(folder: string): FileBus {
  let onDrained: () => void;
  const drained = new Promise<void>((resolve) => (onDrained = resolve));
  const closing = new AbortController();

  async function run({ onBatch, maxBatchCount = 100 }: SubscribeOptions): Promise<void> {
    const messages = await readMessages(folder);
    const backoff = createBackoff({ firstMs: 10, maxMs: 200 });
    let offset = Number(await readFile(join(folder, 'offset'), 'utf8'));
    while (offset < messages.length && !closing.signal.aborted) {
      const batch = messages.slice(offset, offset + maxBatchCount);
      const isApplied = await onBatch(batch).then(
        () => true,
        () => false,
      );
      if (isApplied) await commit(folder, (offset += batch.length));
      else await backoff.pause(closing.signal);
    }
    onDrained();
  }

  return {
    drained,
    ensureTopics: () => Promise.resolve(),
    publish: () => Promise.reject(new TypeError('fill the folder before')),
    subscribe(options) {
      const done = run(options);
      return Promise.resolve({
        close: () => {
          closing.abort();
          return done;
        },
      });
    },
    backlogCount: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}

async function readMessages(folder: string): Promise<readonly BusMessage[]> {
  const stored = JSON.parse(await readFile(join(folder, 'messages.json'), 'utf8')) as readonly StoredMessage[];
  return stored.map((message) => ({
    ...message,
    value: message.value === null ? null : Buffer.from(message.value, 'base64'),
  }));
}

async function commit(folder: string, offset: number): Promise<void> {
  await writeFile(join(folder, 'offset.new'), String(offset));
  await rename(join(folder, 'offset.new'), join(folder, 'offset'));
}
