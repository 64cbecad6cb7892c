import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { destroyBetweenReads } from '../forward/destroy-between-reads.ts';

/** The ends of one HTTP/2 session, none of which begins while nghttp2 reads for it. */
export interface SessionEnds {
  /** Its GOAWAY is on the way out: what is opened from now on is no request, and the client is told so. */
  isLeaving(): boolean;
  /** Ends it with all its streams, and tells the client why. */
  cut(errorCode: number): void;
}

/**
 * nghttp2 must not be made to send while it reads ("Programmers' Guide, Remarks"). Node 20 does it all the same: a client
 * that says GOAWAY closes its session at once, the next HEADERS of the same read are refused, and the refusal sends the
 * server's own GOAWAY, which frees the very stream that nghttp2 has in hand. One packet of a client kills the process, or
 * worse (nodejs/node#64113; mended in later lines, not in 20). A session that we close ourselves a moment before a
 * request arrives comes to the same. So `close` and `destroy` of a session, by whomever they are called, wait until
 * nothing is being read; and `close` says GOAWAY first, and refuses only when that is out.
 *
 * @param session - one of which nothing was read yet
 */
export function endBetweenReads(session: ServerHttp2Session, socket: Socket): SessionEnds {
  const close = session.close.bind(session);
  const destruction = destroyBetweenReads(session, socket);
  const goaway = session.goaway.bind(session);
  let isAsked = false;
  let isLeaving = false;
  const leave = (): void => {
    if (session.destroyed) return;
    isLeaving = true;
    goaway();
    // A second one would name the streams that came in between, and a number that grows is an error of the connection.
    session.goaway = () => undefined;
    // Node writes what waits ahead of the next immediates. Where it cannot, a write being under way, it sends nothing either.
    setImmediate(close);
  };
  session.close = (onClosed) => {
    if (onClosed) session.once('close', onClosed);
    if (isAsked) return;
    isAsked = true;
    setImmediate(leave);
  };
  return {
    isLeaving: () => isLeaving,
    cut(errorCode) {
      setImmediate(() => {
        if (session.destroyed) return;
        goaway(errorCode);
        destruction.atOnce();
      });
    },
  };
}
