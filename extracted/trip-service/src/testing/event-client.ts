import { once } from 'node:events';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { expect } from 'vitest';

interface ReceivedEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: unknown;
}

export interface EventClient {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** All so far. */
  readonly events: readonly ReceivedEvent[];
  readonly comments: readonly string[];
  /** Resolves with all of them when there are at least `count`. */
  received(count: number): Promise<readonly ReceivedEvent[]>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** A client of server-sent events that reads in the background. Not `fetch`: it connects again after it was stopped. */
export async function openEvents(url: string, headers: Readonly<Record<string, string>>): Promise<EventClient> {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const events: ReceivedEvent[] = [];
  const comments: string[] = [];
  let rest = '';

  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) comments.push(block);
      else if (block.includes('event:')) events.push(eventOf(block));
    }
  });
  // Whether it was ended, cut or stopped: the tests look at what had come by then.
  response.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => response.once('close', resolve));

  return {
    status: response.statusCode,
    headers: response.headers,
    events,
    comments,
    async received(count) {
      await expect.poll(() => events.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
      return events;
    },
    ended,
    stop: () => void request.destroy(),
  };
}

function eventOf(block: string): ReceivedEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')];
    }),
  );
  return { id: fields.get('id'), event: fields.get('event') ?? '', data: JSON.parse(fields.get('data') ?? 'null') };
}
