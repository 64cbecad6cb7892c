import { constants, createServer, type IncomingHttpHeaders, type ServerHttp2Session } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { problem } from '@banyan/platform';
import { answerProblem } from '../failure-answer.ts';
import { readHttp2Head } from '../forward/http2-head.ts';
import { Http2Request } from '../forward/http2-request.ts';
import { Http2Response } from '../forward/http2-response.ts';
import type { Visit } from '../handle-request.ts';
import { endBetweenReads } from './ends-between-reads.ts';
import { createIdleClock } from './idle-clock.ts';
import { watchLife } from './life-watch.ts';
import { createResetGuard } from './reset-guard.ts';

export interface Http2DoorParts {
  readonly onVisit: (visit: Visit) => void;
  /** What was answered, reset or ended here, by a reason of few. */
  readonly onRefused: (reason: string) => void;
  readonly headerBytesLimit: number;
  /** From the connection, or from its last request, to the next one. */
  readonly firstRequestMs: number;
  readonly idleMs: number;
  /** How often a connection with open requests is asked whether it lives. */
  readonly pingMs: number;
}

/** HTTP/2 on connections that somebody else accepts. */
export interface Http2Door {
  take(socket: Socket): void;
  /** Says GOAWAY, lets open streams finish up to the grace time, then cuts them. */
  close(graceMs: number): Promise<void>;
}

const streamsLimit = 100;
// What a client may send ahead on one stream, and on all of them; Node reads on only as its reader does.
const streamWindowBytes = 262_144;
const connectionWindowBytes = 1_048_576;
const lingerMs = 250;

/**
 * Node bounds what one connection may make it do: frames that are none, streams above the limit, settings, pings,
 * CONTINUATION without end, header tables, memory. Requests that are opened and reset are counted here (CVE-2023-44487).
 */
export function createHttp2Door(parts: Http2DoorParts): Http2Door {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    maxSessionMemory: 10,
    maxSettings: 32,
    maxOutstandingPings: 10,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    // The limit in bytes stands for both.
    maxHeaderListPairs: parts.headerBytesLimit,
    settings: {
      maxConcurrentStreams: streamsLimit,
      initialWindowSize: streamWindowBytes,
      // Up to here a large head gets its 431; beyond it the stream is reset.
      maxHeaderListSize: 2 * parts.headerBytesLimit,
    },
  });
  server.on('sessionError', (err: NodeJS.ErrnoException) => parts.onRefused(err.code ?? 'http2-session'));
  let taken: Socket | undefined;
  server.on('session', (session) => {
    if (!taken) return;
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    serveSession(session, taken, parts);
  });
  return {
    take(socket) {
      taken = socket;
      // Makes the session before it returns.
      server.emit('connection', socket);
      taken = undefined;
    },
    close: (graceMs) => closeAll(sessions, graceMs),
  };
}

function serveSession(session: ServerHttp2Session, socket: Socket, parts: Http2DoorParts): void {
  const { remoteAddress } = socket;
  const ends = endBetweenReads(session, socket);
  const guard = createResetGuard(() => {
    parts.onRefused('http2-resets');
    ends.cut(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  });
  const idle = createIdleClock(parts, () => {
    session.close();
    // A frame that is begun and not ended keeps a session from closing.
    setTimeout(() => session.destroy(), lingerMs).unref();
  });
  watchLife(session, parts.pingMs, () => idle.isInUse());
  session.setLocalWindowSize(connectionWindowBytes);
  session.once('close', () => idle.stop());
  session.on('stream', (stream: ServerHttp2Stream, given: IncomingHttpHeaders, _flags: number, flat: string[]) => {
    stream.on('error', ignore);
    if (ends.isLeaving()) return;
    const head = readHttp2Head(given, flat);
    const response = new Http2Response(stream, head);
    idle.begin();
    const onClose = (): void => {
      idle.end();
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR && !response.isBrokenOff) guard.count();
    };
    // Opened and reset in one breath: there is nobody to serve.
    if (stream.destroyed) {
      onClose();
      return;
    }
    stream.once('close', onClose);
    if (head.sizeBytes > parts.headerBytesLimit) refuseHead(response, parts);
    else {
      const request = new Http2Request(stream, head, remoteAddress);
      parts.onVisit({ request, response, upgrade: undefined, startedAtMs: performance.now() });
    }
  });
}

const ignore = (): void => undefined;

function refuseHead(response: Http2Response, { onRefused, headerBytesLimit }: Http2DoorParts): void {
  onRefused('header-overflow');
  const detail = `The head of the request is larger than ${headerBytesLimit} bytes.`;
  answerProblem(response, problem(431, 'bad-message', 'Request Header Fields Too Large', detail), []);
}

async function closeAll(sessions: ReadonlySet<ServerHttp2Session>, graceMs: number): Promise<void> {
  const cut = setTimeout(() => sessions.forEach((session) => session.destroy()), graceMs);
  await Promise.all(
    [...sessions].map(
      (session) =>
        new Promise<void>((resolve) => {
          session.once('close', resolve);
          session.close();
        }),
    ),
  );
  clearTimeout(cut);
}
