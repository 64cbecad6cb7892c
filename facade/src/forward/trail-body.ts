import type { Socket } from 'node:net';

/** How undici 7 ends a chunked body; it knows no trailers of requests. Chunks are buffers, never text. */
const lastChunk = '\r\n0\r\n\r\n';

/**
 * Puts trailers behind the body that is written to this socket next.
 *
 * @param lines - asked when the body ends; each trailer with its line end
 * @returns undoes it, for a body that never came to its end
 */
export function trailBody(socket: Socket, lines: () => string): () => void {
  const write = socket.write.bind(socket) as (...written: unknown[]) => boolean;
  const undo = (): void => {
    socket.write = write;
  };
  socket.write = (chunk: unknown, ...rest: unknown[]) => {
    if (chunk !== lastChunk) return write(chunk, ...rest);
    undo();
    return write(`\r\n0\r\n${lines()}\r\n`, ...rest);
  };
  return undo;
}
