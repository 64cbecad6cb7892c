import type { Http2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** Of a session that is not destroyed while nghttp2 reads for it. */
export interface Destruction {
  /** It was asked for, by whomever, and comes in a moment, if it has not come yet. */
  isAskedFor(): boolean;
  /** To be called between reads only. */
  atOnce(): void;
}

/**
 * Node destroys a session in the middle of a read when its peer says GOAWAY with an error or sends what is none, and goes on
 * with what was read behind that. nghttp2 must not be made to send then, and streams whose head was refused before are
 * freed later than the session when memory is collected in between: the process ends (`current_nghttp2_memory_ == 0`, Node
 * 20.20). So `destroy`, by whomever it is called, waits until nothing is being read.
 *
 * @param socket - of the session. Node leaves it to the peer to close it behind a session that was closed before, and
 *   does not read on where the session had stopped reading: a peer that has gone would never be noticed
 */
export function destroyBetweenReads(session: Http2Session, socket: Socket): Destruction {
  const inherited = session.destroy.bind(session);
  let isAskedFor = false;
  const destroy: typeof inherited = (error, code) => {
    if (session.destroyed) return;
    inherited(error, code);
    const timer = setTimeout(() => socket.destroy(), lastBytesMs);
    socket.once('close', () => clearTimeout(timer));
  };
  session.destroy = (error, code) => {
    isAskedFor = true;
    setImmediate(() => destroy(error, code));
  };
  return { isAskedFor: () => isAskedFor || session.destroyed, atOnce: () => destroy() };
}

// What was said last may still be on its way to a slow peer, which loses the end of it when it is closed too early.
const lastBytesMs = 10_000;
