import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import { quoteIdentifier } from './identifier.ts';
import type { Listener } from './sql.ts';

interface ListenerParts {
  readonly config: pg.ClientConfig;
  readonly log: Logger;
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  readonly onReconnect: (() => void) | undefined;
}

interface OpenConnection {
  readonly client: pg.Client;
  readonly ended: Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** @throws when the first connection cannot be made */
export async function listenOnChannel(parts: ListenerParts): Promise<Listener> {
  const { log, channel, onReconnect } = parts;
  const closing = new AbortController();
  let connection = await open(parts);
  const watch = watchConnection();

  // As a function, because its answer changes while one waits.
  function isClosing(): boolean {
    return closing.signal.aborted;
  }

  async function watchConnection(): Promise<void> {
    for (;;) {
      await connection.ended;
      if (isClosing()) return;
      log.warn({ event: 'listener.lost', channel }, `the connection that listens on "${channel}" was lost`);
      const next = await reopen(parts, closing.signal);
      if (!next) return;
      connection = next;
      if (isClosing()) return connection.client.end();
      log.info({ event: 'listener.restored', channel }, `listening on "${channel}" again`);
      onReconnect?.();
    }
  }

  return {
    async close() {
      closing.abort();
      await connection.client.end().catch(() => undefined);
      await watch;
    },
  };
}

async function open({ config, log, channel, onPayload }: ListenerParts): Promise<OpenConnection> {
  const client = new pg.Client(config);
  client.on('error', (err) => log.debug({ event: 'listener.failed', channel, err }, 'a listening connection failed'));
  client.on('notification', ({ payload }) => onPayload(payload ?? ''));
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  try {
    await client.connect();
    await client.query(`listen ${quoteIdentifier(channel)}`);
  } catch (err) {
    await client.end().catch(() => undefined);
    throw err;
  }
  return { client, ended };
}

/** @returns undefined when `signal` ended the attempts */
async function reopen(parts: ListenerParts, signal: AbortSignal): Promise<OpenConnection | undefined> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      await pause(pauseMs, undefined, { signal });
      return await open(parts);
    } catch (err) {
      parts.log.debug({ event: 'listener.retried', channel: parts.channel, err }, 'listening again failed');
    }
  }
  return undefined;
}
