import type { ClientResponse } from './client-response.ts';

/**
 * Writes the head of an answer from a flat list: order, case and duplicates are kept.
 *
 * A response on which anything was set before (the drain sets `Connection: close`) makes Node merge the list into what is
 * there, by name, so that of several `Set-Cookie` the last would be left; such a list is appended line by line.
 *
 * @throws {TypeError} for a header that is none, before anything is written
 */
export function writeHead(response: ClientResponse, status: number, headers: readonly string[], given?: string): void {
  const reason = given === undefined ? undefined : printable(given);
  if (response.getHeaderNames().length === 0) {
    // Node reads the list and keeps nothing of it.
    response.writeHead(status, reason, headers as string[]);
    return;
  }
  for (let index = 0; index < headers.length; index += 2)
    response.appendHeader(headers[index] ?? '', headers[index + 1] ?? '');
  response.writeHead(status, reason);
}

// A reason phrase with other bytes would be refused by Node; the status says all a client may rely on.
function printable(statusText: string): string | undefined {
  return /^[\t\x20-\x7e]*$/.test(statusText) ? statusText : undefined;
}
