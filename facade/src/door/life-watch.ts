import type { Http2Session } from 'node:http2';

/**
 * Asks a session that is in use whether it lives, and destroys one that has not answered when it would be asked again. A
 * client that broke the protocol has a session on which nghttp2 neither reads nor writes any more, and Node tells nobody: its
 * streams would stay open, and its connection with them, also when the client is long gone.
 *
 * @param isInUse - one that is not has an end of its own
 */
export function watchLife(session: Http2Session, everyMs: number, isInUse: () => boolean): void {
  let isAsked = false;
  const timer = setInterval(() => {
    if (session.destroyed) return;
    if (isAsked) session.destroy();
    else if (isInUse()) isAsked = session.ping(() => (isAsked = false));
  }, everyMs).unref();
  session.once('close', () => clearInterval(timer));
}
