import type { Socket } from 'node:net';
import { codeOf } from '@banyan/platform';

/** Codes of a write that met a connection which the other end has reset or closed. */
const goneCodes: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET']);

type WriteCallback = (err?: Error | null) => void;

/** What became of the writes of one connection. */
export interface WriteFate {
  /** A body is on its way: an answer may be here, unread, when a write fails. */
  isUploading: boolean;
  /** The connection takes no more: the end that was read may be a reset. */
  hasFailed(): boolean;
}

/**
 * A side that refuses an upload answers, closes, and resets what still comes (RFC 9112 9.6). Node destroys a socket whose
 * write failed, and with it the answer that has arrived already; it has no option for that. The reading side brings the same
 * news, behind the answer: so a write that failed in this way is left pending, and the socket ends when it is read to its end.
 */
export function readBeforeFailing(socket: Socket): WriteFate {
  let isFailed = false;
  const held =
    (callback: WriteCallback): WriteCallback =>
    (err) => {
      if (!err || !goneCodes.has(codeOf(err))) callback(err);
      else isFailed = true;
    };
  const fate: WriteFate = {
    isUploading: false,
    hasFailed: () => {
      // Where a reset comes together with the last bytes, libuv reads it as an end in order; a write tells them apart.
      if (!isFailed && !socket.destroyed && socket.writable) {
        fate.isUploading = true;
        socket.write(nothing);
      }
      return isFailed;
    },
  };
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, callback) => write(chunk, encoding, fate.isUploading ? held(callback) : callback);
  const writeMany = socket._writev?.bind(socket);
  if (writeMany) socket._writev = (chunks, callback) => writeMany(chunks, fate.isUploading ? held(callback) : callback);
  return fate;
}

const nothing = Buffer.alloc(0);
