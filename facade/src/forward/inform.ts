import { answerHead } from './answer-headers.ts';
import type { ClientResponse } from './client-response.ts';

/**
 * Passes an informational answer on: 102, and 103 with its headers. Others say nothing to a client that did not ask for them,
 * and Node has no way to send them. HTTP/1.0 has no informational answers (RFC 9110 15.2).
 */
export function inform(
  response: ClientResponse,
  httpVersion: string,
  status: number,
  raw: readonly (Buffer | string)[],
): void {
  if (httpVersion === '1.0' || response.headersSent || response.destroyed) return;
  if (status === 102) response.writeProcessing();
  if (status !== 103) return;
  try {
    response.writeEarlyHints(hintsOf(answerHead(raw, true).headers));
  } catch {
    // A hint that Node refuses to write is only a hint: the answer follows.
  }
}

function hintsOf(flat: readonly string[]): Record<string, string | string[]> {
  const hints: Record<string, string | string[]> = {};
  for (let index = 0; index < flat.length; index += 2) {
    const name = (flat[index] ?? '').toLowerCase();
    const known = hints[name];
    const value = flat[index + 1] ?? '';
    hints[name] = known === undefined ? value : [known, value].flat();
  }
  return hints;
}
