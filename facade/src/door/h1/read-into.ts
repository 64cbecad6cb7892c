import { Socket, type OnReadOpts } from 'node:net';

/** What a socket that a server of Node's has accepted has, and Node's documentation does not speak of. */
interface Accepted {
  _handle: { readonly useUserBuffer?: unknown } | null;
  /** The server counts its connections by it. */
  _server?: unknown;
  server?: unknown;
}

interface HandleOptions {
  readonly handle: unknown;
  readonly allowHalfOpen: true;
  readonly onread: OnReadOpts;
}

const SocketOn = Socket as unknown as new (options: HandleOptions) => Socket & Accepted;

/**
 * A connection that was accepted a moment ago, on a socket that reads into memory of ours (`onread`). Node offers that for
 * connections which it opens, not for those which it accepts; see ADR 32.
 *
 * @returns undefined where this Node has no way to it; the socket is as it was then, and has `data` events
 */
export function readInto(socket: Socket, onread: OnReadOpts): Socket | undefined {
  const accepted = socket as unknown as Accepted;
  const handle = accepted._handle;
  const isKnown =
    typeof handle?.useUserBuffer === 'function' && accepted._server !== null && accepted._server !== undefined;
  // On Windows a read has its memory before there is anything to put into it: it could not be shared.
  if (!isKnown || process.platform === 'win32') return undefined;
  accepted._handle = null;
  const reading = new SocketOn({ handle, allowHalfOpen: true, onread });
  reading.server = accepted.server;
  reading._server = accepted._server;
  accepted._server = null;
  return reading;
}
