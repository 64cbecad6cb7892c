import type { ServerResponse } from 'node:http';

/**
 * Breaks the client's connection in the middle of an answer, so that nobody takes the part for the whole.
 *
 * @param isEndMarked - the client knows a length; without one, and without chunks, only a reset tells a cut from an end
 */
export function breakOff(response: ServerResponse, isEndMarked: boolean): void {
  if (isEndMarked || response.chunkedEncoding) response.destroy();
  else response.socket?.resetAndDestroy();
}
