import type { Socket } from 'node:net';
import { readBlocks } from './read-blocks.ts';

/** Writes a piece of a body that nobody else will look at again, so that its memory serves for another read when it is out. */
export function writePiece(socket: Socket, piece: Buffer): boolean {
  if (!readBlocks.isLent(piece)) return socket.write(piece);
  const takesMore = socket.write(piece, (err) => {
    if (!err) readBlocks.giveBack(piece);
  });
  // The system took it at once, which Node says later: until then it is the warmest memory there is.
  if (socket.writableLength === 0) readBlocks.giveBack(piece);
  return takesMore;
}
