import type { EventEmitter } from 'node:events';
import { BanyanError, withDeadline } from '@banyan/platform';
import { copyMessage, statusUpdate } from './copy-messages.ts';

/** What a node-postgres connection has and its types do not say. */
export interface Wire extends EventEmitter {
  readonly stream: EventEmitter & {
    readonly destroyed: boolean;
    pause(): void;
    resume(): void;
    destroy(): void;
  };
  sendCopyFromChunk(chunk: Buffer): void;
  end(): void;
}

export interface ConversationOptions {
  readonly onData: (data: Buffer, lsn: bigint) => void;
  readonly onKeepalive: (walEnd: bigint) => void;
  readonly onFailure: (err: Error) => void;
  /** The server's wal_sender_timeout: it hangs up on a client that is silent for so long. */
  readonly timeoutMs: number;
}

export interface Conversation {
  confirm(lsn: bigint): void;
  pause(): void;
  resume(): void;
  /** Says goodbye after the last confirmation and waits for the end of the connection. */
  leave(): Promise<void>;
  /** Ends at once. */
  cut(): void;
}

const leaveTimeoutMs = 5_000;

/** The whole conversation after START_REPLICATION: reads what comes, answers keepalives, confirms. */
export function converse(wire: Wire, { onData, onKeepalive, onFailure, timeoutMs }: ConversationOptions): Conversation {
  const lsns = { confirmed: 0n, received: 0n };
  const sendStatus = (mustAnswer = false): void =>
    wire.sendCopyFromChunk(statusUpdate(lsns.received, lsns.confirmed, mustAnswer));
  const watch = watchServer({ askServer: () => sendStatus(true), onFailure, timeoutMs });
  let isOver = false;

  function read(chunk: Buffer): void {
    const message = copyMessage(chunk);
    if (message.lsn > lsns.received) lsns.received = message.lsn;
    if (message.kind === 'data') onData(message.data, message.lsn);
    else onKeepalive(message.lsn);
    if (message.kind === 'keepalive' && message.mustReply) sendStatus();
  }

  wire.on('copyData', ({ chunk }: { readonly chunk: Buffer }) => {
    if (isOver) return;
    watch.heard();
    try {
      read(chunk);
    } catch (err) {
      isOver = true;
      onFailure(err as Error);
    }
  });

  const cut = (): void => {
    isOver = true;
    watch.end();
    wire.stream.destroy();
  };
  return {
    confirm(lsn) {
      if (lsn <= lsns.confirmed) return;
      lsns.confirmed = lsn;
      sendStatus();
    },
    pause() {
      watch.pause();
      wire.stream.pause();
    },
    resume() {
      watch.resume();
      wire.stream.resume();
    },
    async leave() {
      isOver = true;
      if (!wire.stream.destroyed) await sayGoodbye(wire, sendStatus);
      cut();
    },
    cut,
  };
}

async function sayGoodbye(wire: Wire, sendStatus: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => wire.stream.once('close', () => resolve()));
  sendStatus();
  wire.end();
  // The end of the connection can only be read by a socket that reads.
  wire.stream.resume();
  await withDeadline(closed, leaveTimeoutMs, 'the end of the replication connection').catch(() => undefined);
}

interface ServerWatchParts {
  /** Says that we live, and asks for an answer: an idle server that hears from its client says nothing by itself. */
  readonly askServer: () => void;
  readonly onFailure: (err: Error) => void;
  readonly timeoutMs: number;
}

/**
 * Speaks to the server twice per timeout, and notices when it has been silent for two. Its own timer, because a paused socket hides the
 * server's keepalives: without it a slow sink would look like a dead client.
 */
function watchServer({ askServer, onFailure, timeoutMs }: ServerWatchParts) {
  let heardAtMs = performance.now();
  let isPaused = false;
  const timer = setInterval(() => {
    askServer();
    if (!isPaused && performance.now() - heardAtMs > 2 * timeoutMs)
      onFailure(lost('The server has been silent for too long.'));
  }, timeoutMs / 2);
  const heard = (): void => void (heardAtMs = performance.now());
  return {
    heard,
    pause: () => void (isPaused = true),
    resume() {
      isPaused = false;
      heard();
    },
    end: () => clearInterval(timer),
  };
}

/** A connection that ended; the code is the one of a socket, so that the failure policy knows it. */
export function lost(message: string): BanyanError {
  return new BanyanError('ECONNRESET', message, { remedy: 'The capture connects again by itself.' });
}
