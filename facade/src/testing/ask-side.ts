import type { Readable } from 'node:stream';
import type { Connection } from '../forward/connection.ts';
import type { H1Dispatcher } from '../forward/h1/h1-dispatcher.ts';
import type { StreamHandler } from '../forward/stream-handler.ts';

/** What one request got from a dispatcher, as far as it has come. */
export interface Asked {
  status: number | undefined;
  body: string;
  trailers: readonly string[] | undefined;
  error: Error | undefined;
  connection: Connection | undefined;
  isSent: boolean;
  /** Told the whole answer, or why there is none. */
  readonly over: Promise<void>;
}

export interface Question {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly body?: Readable;
  readonly trailers?: string;
}

/** Sends a request straight through a dispatcher. */
export function ask(pool: Pick<H1Dispatcher, 'dispatch'>, question: Question = {}): Asked {
  const { method = 'GET', path = '/', headers = ['host', 'a'], body = null, trailers } = question;
  let settle = (): void => undefined;
  const asked: Asked = {
    status: undefined,
    body: '',
    trailers: undefined,
    error: undefined,
    connection: undefined,
    isSent: false,
    over: new Promise((resolve) => (settle = resolve)),
  };
  const handler: StreamHandler = {
    onConnection: (connection) => (asked.connection = connection),
    onConnect: () => {
      if (trailers !== undefined) asked.connection?.trailWith(() => trailers);
    },
    onRequestSent: () => (asked.isSent = true),
    onHeaders: (status) => {
      asked.status = status;
      return true;
    },
    onData: (chunk) => {
      asked.body += chunk.toString('latin1');
      return true;
    },
    onComplete: (list) => {
      asked.trailers = list;
      settle();
    },
    onError: (err) => {
      asked.error = err;
      settle();
    },
  };
  pool.dispatch({ method, path, headers: [...headers], body }, handler);
  return asked;
}
