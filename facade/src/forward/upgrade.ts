import { ServerResponse, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type httpProxy from 'http-proxy';
import { codeOf, messageOf } from '@banyan/platform';
import { answerHead } from './answer-headers.ts';
import { breakOff } from './break-off.ts';
import { startClock, type Clock, type Timeouts } from './clock.ts';
import { loadHttpProxy } from './load-http-proxy.ts';
import type { Failure, ForwardOutcome, Phase } from './outcome.ts';
import { writeHead } from './write-head.ts';

/** A WebSocket handshake on its way to one side. */
export interface UpgradeExchange {
  readonly request: IncomingMessage;
  /** The client's connection; what came after the handshake is back in it, unread. */
  readonly socket: Socket;
  /** Carries the answer when there is no upgrade; see {@link responseOn}. */
  readonly response: ServerResponse;
  readonly origin: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly ownHeaders: readonly string[];
  readonly timeouts: Timeouts;
}

export interface Upgrader {
  /** Settles when the upgraded connection has ended (`completed` with 101), or when there is none. Never throws. */
  upgrade(exchange: UpgradeExchange): Promise<ForwardOutcome>;
  readonly openCount: number;
  /** Ends all upgraded connections at once. */
  close(): void;
}

const lingerMs = 5_000;
const noHead = Buffer.alloc(0);

/** @param onCount - told how many upgraded connections are open whenever that changes */
export function createUpgrader(onCount: (openCount: number) => void): Upgrader {
  const means = { proxies: loadHttpProxy(), open: new OpenSockets(onCount) };
  const { open } = means;
  return {
    upgrade: (exchange) =>
      new Promise((resolve) => {
        new Handshake(exchange, means, resolve).start();
      }),
    get openCount() {
      return open.size;
    },
    close: () => open.forEach((socket) => socket.destroy()),
  };
}

class OpenSockets extends Set<Socket> {
  readonly #onCount: (openCount: number) => void;

  constructor(onCount: (openCount: number) => void) {
    super();
    this.#onCount = onCount;
  }

  /** Until it closes. */
  keep(socket: Socket): void {
    this.add(socket);
    this.#onCount(this.size);
    socket.once('close', () => {
      this.delete(socket);
      this.#onCount(this.size);
    });
  }
}

/** An answer for a request whose connection Node has already handed over; an upgrade takes the connection back. */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.destroySoon());
  return response;
}

interface Means {
  readonly proxies: typeof httpProxy;
  readonly open: OpenSockets;
}

class Handshake {
  readonly #exchange: UpgradeExchange;
  readonly #means: Means;
  readonly #settle: (outcome: ForwardOutcome) => void;
  readonly #clock: Clock;
  #phase: Phase = 'connect';
  #isUpgraded = false;
  #isSettled = false;
  #outgoing: ClientRequest | undefined;

  constructor(exchange: UpgradeExchange, means: Means, settle: (outcome: ForwardOutcome) => void) {
    this.#exchange = exchange;
    this.#means = means;
    this.#settle = settle;
    this.#clock = startClock(exchange.timeouts, (isTotal) =>
      this.#fail({ kind: 'timed-out', phase: this.#phase, isTotal }),
    );
  }

  start(): void {
    const { request, socket, origin, target, headers } = this.#exchange;
    if (socket.destroyed) {
      this.#fail({ kind: 'client-aborted', phase: 'connect' });
      return;
    }
    socket.once('close', this.#onClientClose);
    const proxy = this.#means.proxies.createProxyServer({ target: origin, toProxy: true });
    proxy.once('proxyReqWs', (outgoing) => {
      this.#outgoing = this.#watch(outgoing);
    });
    // http-proxy copies headers and url from the request it is given; the client's own never reach the side.
    const presented = Object.create(request, {
      headers: { value: handshakeHeaders(headers) },
      url: { value: target },
    }) as IncomingMessage;
    try {
      proxy.ws(presented, socket, noHead, {}, () => undefined);
    } catch (err) {
      this.#fail({ kind: 'request-refused', code: codeOf(err) || messageOf(err) });
      return;
    }
    // Its own listeners would end the client's connection before we have answered, and lose the framing of a plain answer.
    this.#outgoing?.removeAllListeners('error').on('error', this.#onSideError);
    this.#outgoing?.removeAllListeners('response').once('response', this.#onPlainAnswer);
  }

  #watch(outgoing: ClientRequest): ClientRequest {
    // http-proxy folds slashes and mends `http:/` in paths; what goes out is what was decided on.
    outgoing.path = this.#exchange.target;
    outgoing.once('socket', (socket) => {
      socket.once('connect', () => {
        this.#phase = 'headers';
        this.#clock.enter('headers');
      });
    });
    return outgoing.once('upgrade', this.#onUpgrade);
  }

  readonly #onUpgrade = (answer: IncomingMessage, sideSocket: Socket): void => {
    const { socket, response, ownHeaders } = this.#exchange;
    this.#clock.stop();
    response.detachSocket(socket);
    this.#isUpgraded = true;
    answer.headers = {
      ...pairsOf([...answerHead(answer.rawHeaders, true).headers, ...ownHeaders]),
      connection: 'Upgrade',
      upgrade: 'websocket',
    };
    this.#means.open.keep(socket);
    // A pipe passes on an end, not a loss: a side that vanishes takes the other one with it.
    sideSocket
      .once('error', () => socket.destroy())
      .once('close', () => {
        if (!sideSocket.readableEnded) socket.destroy();
      });
    socket.once('close', () => {
      sideSocket.setTimeout(lingerMs, () => sideSocket.destroy()).end();
      sideSocket.resume();
    });
  };

  readonly #onPlainAnswer = (answer: IncomingMessage): void => {
    const { response, ownHeaders } = this.#exchange;
    const status = answer.statusCode ?? 502;
    const head = answerHead(answer.rawHeaders, status === 204 || status === 304);
    try {
      writeHead(response, status, [...head.headers, ...ownHeaders]);
    } catch (err) {
      this.#fail({ kind: 'answer-refused', phase: 'headers', code: codeOf(err) });
      return;
    }
    this.#phase = 'body';
    this.#clock.enter('body');
    response.once('finish', () => this.#end({ kind: 'completed', status }));
    answer.on('data', () => this.#clock.touch()).once('error', this.#onSideError);
    answer.pipe(response);
  };

  readonly #onSideError = (err: Error): void => {
    const code = codeOf(err) || err.name;
    if (this.#phase === 'connect') this.#fail({ kind: 'connect-failed', code });
    else if (code.startsWith('HPE_')) this.#fail({ kind: 'answer-refused', phase: this.#phase, code });
    else this.#fail({ kind: 'upstream-cut', phase: this.#phase, code });
  };

  readonly #onClientClose = (): void => {
    if (this.#isUpgraded) this.#end({ kind: 'completed', status: 101 });
    else this.#fail({ kind: 'client-aborted', phase: this.#phase });
  };

  #fail(outcome: Failure): void {
    if (this.#isSettled) return;
    this.#end(outcome);
    this.#outgoing?.destroy();
    if (this.#phase === 'body') breakOff(this.#exchange.response, false);
  }

  #end(outcome: ForwardOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#clock.stop();
    this.#exchange.socket.off('close', this.#onClientClose);
    this.#settle(outcome);
  }
}

/** The flat list as Node's client takes it, with the two names that make a handshake. */
function handshakeHeaders(flat: readonly string[]): NodeJS.Dict<string | string[]> {
  return { ...pairsOf(flat), connection: 'Upgrade', upgrade: 'websocket' };
}

function pairsOf(flat: readonly string[]): NodeJS.Dict<string | string[]> {
  const pairs: NodeJS.Dict<string | string[]> = Object.create(null) as NodeJS.Dict<string | string[]>;
  for (let index = 0; index < flat.length; index += 2) {
    const name = (flat[index] ?? '').toLowerCase();
    const value = flat[index + 1] ?? '';
    const known = pairs[name];
    pairs[name] = known === undefined ? value : [known, value].flat();
  }
  return pairs;
}
