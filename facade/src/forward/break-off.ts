import type { ClientResponse } from './client-response.ts';

/**
 * Breaks the client's connection, or its one stream, in the middle of an answer, so that nobody takes the part for the whole.
 *
 * @param isEndMarked - the client knows a length; without one, and without chunks, only a reset tells a cut from an end
 */
export function breakOff(response: ClientResponse, isEndMarked: boolean): void {
  // HTTP/2 marks every end; its stream is reset, and the connection lives on.
  if (isEndMarked || response.chunkedEncoding || !response.socket) response.destroy();
  else response.socket.resetAndDestroy();
}
