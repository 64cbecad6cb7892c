import type { Socket } from 'node:net';

/** What fits into the buffer that libuv's text writes take from the stack; more is better written as it is. */
const gatheredBytesLimit = 16_384;

interface Written {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

/**
 * Writes the head of a small answer and its body as one text. Node hands the two to the system as a vector, for which it
 * allocates memory outside of the heap; one latin1 text of the same bytes is written from the stack, in about half the time.
 */
export function gatherWrites(socket: Socket): void {
  const writeMany = socket._writev?.bind(socket);
  if (!writeMany) return;
  socket._writev = (chunks, callback) => {
    const text = textOf(chunks);
    if (text === undefined) writeMany(chunks, callback);
    else socket._write(text, 'latin1', callback);
  };
}

/** Undefined where it is too much, or where a text is not one byte a character. */
function textOf(chunks: readonly Written[]): string | undefined {
  let sizeBytes = 0;
  for (const { chunk } of chunks) sizeBytes += chunk.length;
  if (sizeBytes > gatheredBytesLimit) return undefined;
  let text = '';
  for (const { chunk, encoding } of chunks) {
    if (typeof chunk !== 'string') text += chunk.toString('latin1');
    else if (encoding === 'latin1') text += chunk;
    else return undefined;
  }
  return text;
}
