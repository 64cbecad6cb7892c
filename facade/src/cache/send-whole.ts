import type { ClientResponse } from '../forward/client-response.ts';
import type { ForwardOutcome } from '../forward/outcome.ts';
import { writeHead } from '../forward/write-head.ts';

export interface WholeAnswer {
  readonly status: number;
  /** Flat. */
  readonly headers: readonly string[];
  /** Undefined for HEAD and 304. */
  readonly body: Buffer | undefined;
}

/** Sends an answer that is at hand, and waits until the client has it, has left, or takes too long. */
export function sendWhole(
  response: ClientResponse,
  { status, headers, body }: WholeAnswer,
  limitMs: number,
): Promise<ForwardOutcome> {
  if (response.destroyed) return Promise.resolve({ kind: 'client-aborted', phase: 'connect' });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      settle({ kind: 'client-stalled', phase: 'body' });
      response.destroy();
    }, limitMs);
    const settle = (outcome: ForwardOutcome): void => {
      clearTimeout(timer);
      response.off('close', onClose);
      resolve(outcome);
    };
    const onClose = (): void =>
      settle(response.writableFinished ? { kind: 'completed', status } : { kind: 'client-aborted', phase: 'body' });
    response.on('close', onClose);
    writeHead(response, status, headers);
    response.end(body);
  });
}
