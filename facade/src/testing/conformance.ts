import { setImmediate as nextTurn } from 'node:timers/promises';
import { normalised } from './corpus.ts';
import { eventually } from './eventually.ts';
import { startFacade, type TestFacade } from './facade.ts';
import { openRawClient, type RawClient } from './raw-sockets.ts';
import { startStrictSide, type StrictAnswer, type StrictSide } from './strict-side.ts';

/** One facade before one strict side; cases are played on it one after the other. */
export interface ConformanceBench {
  readonly facade: TestFacade;
  readonly side: StrictSide;
  /** What the side answers to `/a` and everything else but `/next`, from now on. */
  answerWith(answer: StrictAnswer): void;
  close(): Promise<void>;
}

const plainOk: StrictAnswer = { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' };
const next: StrictAnswer = { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext' };

export async function openConformanceBench(): Promise<ConformanceBench> {
  let answer = plainOk;
  const side = await startStrictSide(({ target }) => (target === '/next' ? next : answer));
  const facade = await startFacade({ rules: rulesFor(side.origin) });
  return {
    facade,
    side,
    answerWith: (given) => {
      answer = given;
    },
    close: async () => {
      await facade.close();
      await side.close();
    },
  };
}

// Every request goes to the one side, so that what it saw is all that was forwarded.
const rulesFor = (origin: string): string => `
version: 1
upstreams:
  legacy: { side: legacy, url: ${origin} }
defaults:
  upstream: legacy
  timeouts: { connectMs: 2000, headersMs: 2000, bodyIdleMs: 2000, totalMs: 10000 }
capabilities: {}
routes: []
`;

export interface RequestSeen {
  /** Of every answer on the connection, in order. */
  readonly statuses: readonly number[];
  readonly isClosed: boolean;
  /** By the side, with what is random replaced. */
  readonly saw: string;
  readonly answered: string;
}

/** Sends bytes on a connection of its own until `isDone` or its end. */
export async function playRequest(
  { facade, side }: ConformanceBench,
  pieces: Iterable<string>,
  isDone: (received: string) => boolean,
): Promise<RequestSeen> {
  side.forget();
  const client = await openRawClient(facade.port);
  await sendPieces(client, pieces);
  let isClosed = false;
  void client.ended.then(() => {
    isClosed = true;
  });
  await eventually(() => {
    if (!isClosed && !isDone(client.received())) throw new Unfinished(client.received());
  });
  client.socket.destroy();
  const answered = client.received();
  return { statuses: statusesIn(answered), isClosed, saw: sawBy(side), answered };
}

function sawBy({ bytes, origin }: StrictSide): string {
  return normalised(bytes()).replaceAll(origin.slice('http://'.length), '<side>');
}

class Unfinished extends TypeError {
  constructor(received: string) {
    super(`neither answered nor closed; so far ${JSON.stringify(received)}`);
  }
}

/** Each piece is a packet of its own. */
async function sendPieces({ socket }: RawClient, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (!socket.writable) return;
    socket.write(piece, 'latin1');
    await nextTurn();
  }
}

export function statusesIn(answered: string): readonly number[] {
  return [...answered.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** A request that would be served if the connection were still in use. */
export const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
