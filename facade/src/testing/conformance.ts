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
  legacy: { side: legacy, url: ${origin}, health: { ejectAfter: 1000 }, breaker: { enabled: false } }
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
  const isClosed = endWatcher(client);
  await eventually(() => {
    if (!isClosed() && !isDone(client.received()))
      fail(`neither answered nor closed: ${JSON.stringify(client.received())}`);
  });
  const isClosedByFacade = isClosed();
  client.socket.destroy();
  const answered = client.received();
  return { statuses: statusesIn(answered), isClosed: isClosedByFacade, saw: sawBy(side), answered };
}

function sawBy({ bytes, origin }: StrictSide): string {
  return normalised(bytes()).replaceAll(origin.slice('http://'.length), '<side>');
}

class Unfinished extends TypeError {}

/** Each piece is a packet of its own. */
async function sendPieces({ socket }: RawClient, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (!socket.writable) return;
    socket.write(piece, 'latin1');
    await nextTurn();
  }
}

export interface ResponseSeen {
  /** Everything of the answer that reached the client, with what is random replaced. */
  readonly client: string;
  readonly isClosed: boolean;
  /** Of the log line. */
  readonly outcome: unknown;
  /** What the next request got for its body: on the same connection while that is open. */
  readonly next: string;
}

/** Sends a request on a connection of its own, which the side answers as it was told to, and one behind it. */
export async function playResponse({ facade }: ConformanceBench, send: string): Promise<ResponseSeen> {
  const lineCount = facade.servedLines().length;
  const client = await openRawClient(facade.port, send);
  const isClosed = endWatcher(client);
  const line = await eventually(() => {
    const [served] = facade.servedLines().slice(lineCount);
    return served ?? fail(`no outcome; so far ${JSON.stringify(client.received())}`);
  });
  client.socket.write(nextRequest);
  await eventually(() => isClosed() || client.received().endsWith(nextBody) || fail('neither closed nor served again'));
  const received = client.received();
  const isOver = isClosed();
  client.socket.destroy();
  const answer = isOver ? received : received.slice(0, received.lastIndexOf('HTTP/1.1 200 OK'));
  const next = isOver ? await nextOnFresh(facade.port) : nextBody;
  return { client: normalised(answer), isClosed: isOver, outcome: line['outcome'], next };
}

function endWatcher({ ended }: RawClient): () => boolean {
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
  });
  return () => isEnded;
}

async function nextOnFresh(port: number): Promise<string> {
  const client = await openRawClient(port, nextRequest);
  await eventually(() => client.received().includes('\r\n\r\nnext') || fail('the next request is not served'));
  client.socket.destroy();
  return client.received().split('\r\n\r\n')[1] ?? '';
}

const nextRequest = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n';
const nextBody = 'next';

function fail(why: string): never {
  throw new Unfinished(why);
}

export function statusesIn(answered: string): readonly number[] {
  return [...answered.matchAll(/HTTP\/1\.1 ([2-5]\d{2}) /g)].map(([, status]) => Number(status));
}

/** A request that would be served if the connection were still in use. */
export const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
