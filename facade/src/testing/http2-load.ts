import { once } from 'node:events';
import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { text } from 'node:stream/consumers';
import { codeOf } from '@banyan/platform';
import { loadOf, type Load, type LoadClient } from './load.ts';

export interface Http2Load extends Load {
  /** Requests that the server said it did not look at, and that were sent again, as browsers and gRPC do. */
  readonly refusedCount: () => number;
  readonly connectionCount: () => number;
}

export interface Http2LoadSize {
  readonly connectionCount: number;
  /** At a time, on each connection. */
  readonly streamCount: number;
}

/** Clients whose requests share connections of HTTP/2. A connection that its server ends is followed by another one. */
export function startHttp2Load(url: string, ca: string, size: Http2LoadSize): Http2Load {
  let refusedCount = 0;
  let connectionCount = 0;
  const open = (): ClientHttp2Session => {
    connectionCount += 1;
    return connect(url, { ca }).on('error', () => undefined);
  };
  const sharing = (): readonly LoadClient[] => {
    let session = open();
    const usable = (): ClientHttp2Session => (session.closed || session.destroyed ? (session = open()) : session);
    const ask = async (body: string | undefined): Promise<string> => {
      for (;;) {
        const got = await askOn(usable(), body);
        if (got !== unprocessed) return got;
        refusedCount += 1;
      }
    };
    return Array.from({ length: size.streamCount }, () => ({ ask, close: () => session.close() }));
  };
  const load = loadOf('HTTP/2', Array.from({ length: size.connectionCount }, sharing).flat());
  return { ...load, refusedCount: () => refusedCount, connectionCount: () => connectionCount };
}

const unprocessed = Symbol('unprocessed');

async function askOn(session: ClientHttp2Session, body: string | undefined): Promise<string | typeof unprocessed> {
  const stream = session.request({ ':method': body === undefined ? 'GET' : 'POST', ':path': '/users/7' });
  try {
    return await answerOn(stream, body);
  } catch (err) {
    // RFC 9113 8.7: the server promises that nothing was done for the request.
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return unprocessed;
    // It waited for a connection whose first word was its end: not a byte of it was sent.
    if (codeOf(err) === 'ERR_HTTP2_GOAWAY_SESSION') return unprocessed;
    throw err;
  }
}

async function answerOn(stream: ClientHttp2Stream, body: string | undefined): Promise<string> {
  stream.end(body);
  const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders & { readonly ':status'?: number }];
  const got = await text(stream);
  return head[':status'] === 200 ? got : `${head[':status'] ?? 0} ${got}`;
}
