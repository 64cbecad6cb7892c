import type { ServerResponse } from 'node:http';

/** One answer of server-sent events. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface EventStream {
  readonly isOpen: boolean;
  /**
   * Returns when the client can take more, or when the stream has closed: at most one call's text waits in memory.
   * A client that takes nothing for too long is cut off.
   */
  send(events: readonly ServerEvent[]): Promise<void>;
  end(lastEvent?: ServerEvent): void;
}

export interface ServerEvent {
  readonly event: string;
  readonly id?: number;
  readonly data: unknown;
}

export interface EventStreamTimes {
  /** Between two comments that keep the connection alive. */
  readonly heartbeatMs: number;
  /** How long a client may take nothing. */
  readonly stallMs: number;
}

/** Tells clients after how many milliseconds they should connect again. */
const reconnectMs = 1_000;

export function openEventStream(response: ServerResponse, { heartbeatMs, stallMs }: EventStreamTimes): EventStream {
  // no-transform and x-accel-buffering: a proxy that compresses or buffers would hold events back.
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${reconnectMs}\n\n`);
  const heartbeat = setInterval(() => {
    if (isOpen() && !response.writableNeedDrain) response.write(': heartbeat\n\n');
  }, heartbeatMs);
  response.once('close', () => clearInterval(heartbeat));

  function isOpen(): boolean {
    return !response.writableEnded && !response.destroyed;
  }

  return {
    get isOpen() {
      return isOpen();
    },
    async send(events) {
      if (isOpen() && !response.write(events.map(textOf).join(''))) await drained(response, stallMs);
    },
    end(lastEvent) {
      // Whoever has not taken what was sent would hold the end up; it connects again and resumes.
      if (response.writableNeedDrain) response.destroy();
      else if (isOpen()) response.end(lastEvent && textOf(lastEvent));
    },
  };
}

function textOf({ event, id, data }: ServerEvent): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function drained(response: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve) => {
    const stalled = setTimeout(() => response.destroy(), stallMs);
    const settle = (): void => {
      clearTimeout(stalled);
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.once('drain', settle).once('close', settle);
  });
}
