import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type httpProxy from 'http-proxy';
import { codeOf, messageOf } from '@banyan/platform';
import { answerHead, headOf, isWithoutContent } from './answer-headers.ts';
import { breakOff } from './break-off.ts';
import { startClock, type Clock, type Timeouts } from './clock.ts';
import type { OnLongLived } from './long-lived.ts';
import type { Failure, ForwardOutcome, Phase } from './outcome.ts';
import { Tunnel, type TunnelEnd } from './tunnel.ts';
import { writeHead } from './write-head.ts';

/** A WebSocket handshake on its way to one side. */
export interface UpgradeExchange {
  readonly request: IncomingMessage;
  /** The client's connection; what came after the handshake is back in it, unread. */
  readonly socket: Socket;
  /** Carries the answer when there is no upgrade; see `responseOn`. */
  readonly response: ServerResponse;
  readonly origin: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly ownHeaders: readonly string[];
  readonly timeouts: Timeouts;
  readonly onLongLived?: OnLongLived | undefined;
  /** Opens the connection; undefined for one without TLS. */
  readonly agent?: (() => Agent | undefined) | undefined;
  /** The head of the side's answer is here; 101 when it is a WebSocket. */
  readonly onAnswered?: ((status: number) => void) | undefined;
}

export interface HandshakeMeans {
  readonly proxies: typeof httpProxy;
  /** Keeps the tunnel until it has ended. */
  readonly keep: (tunnel: Tunnel) => () => void;
}

const halfOpenIdleMs = 10_000;
const closeGraceMs = 2_000;
const noHead = Buffer.alloc(0);

/** Asks the side for a WebSocket; the connection that comes of it, or the plain answer, goes to the client. */
export class Handshake {
  readonly #exchange: UpgradeExchange;
  readonly #means: HandshakeMeans;
  readonly #settle: (outcome: ForwardOutcome) => void;
  readonly #clock: Clock;
  #phase: Phase = 'connect';
  #isSettled = false;
  #outgoing: ClientRequest | undefined;

  constructor(exchange: UpgradeExchange, means: HandshakeMeans, settle: (outcome: ForwardOutcome) => void) {
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
    // http-proxy copies headers and url from the request it is given; the client's own never reach the side.
    const presented = Object.create(request, {
      headers: { value: handshakeHeaders(headers) },
      url: { value: target },
    }) as IncomingMessage;
    try {
      const proxy = this.#openProxy(origin);
      proxy.ws(presented, socket, noHead, {}, () => undefined);
    } catch (err) {
      this.#fail({ kind: 'request-refused', code: codeOf(err) || messageOf(err) });
      return;
    }
    // Its own listeners would end the client's connection before we have answered, and lose the framing of a plain answer.
    this.#outgoing?.removeAllListeners('error').on('error', this.#onSideError);
    this.#outgoing?.removeAllListeners('response').once('response', this.#onPlainAnswer);
    // It would join the two connections without an idle time, without half-open ones and without a last frame.
    this.#outgoing?.removeAllListeners('upgrade').once('upgrade', this.#onUpgrade);
  }

  #openProxy(origin: string): httpProxy {
    const agent = this.#exchange.agent?.();
    const proxy = this.#means.proxies.createProxyServer({ target: origin, toProxy: true, ...(agent && { agent }) });
    return proxy.once('proxyReqWs', (outgoing) => {
      this.#outgoing = this.#watch(outgoing);
    });
  }

  #watch(outgoing: ClientRequest): ClientRequest {
    // http-proxy folds slashes and mends `http:/` in paths; what goes out is what was decided on.
    outgoing.path = this.#exchange.target;
    outgoing.once('socket', (socket) => {
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
        this.#phase = 'headers';
        this.#clock.enter('headers');
      });
    });
    return outgoing;
  }

  readonly #onUpgrade = (answer: IncomingMessage, sideSocket: Socket, sideHead: Buffer): void => {
    if (this.#isSettled || answer.headers.upgrade?.toLowerCase() !== 'websocket') {
      sideSocket.destroy();
      this.#fail({ kind: 'answer-refused', phase: 'headers', code: 'UPGRADE_TO_SOMETHING_ELSE' });
      return;
    }
    const { socket, response, ownHeaders, timeouts, onLongLived } = this.#exchange;
    this.#exchange.onAnswered?.(101);
    this.#clock.stop();
    socket.off('close', this.#onClientClose);
    response.detachSocket(socket);
    socket.write(switchingHead([...answerHead(answer.rawHeaders, true).headers, ...ownHeaders]), 'latin1');
    // The side may stop sending and go on listening; Node would close its connection with the first of both.
    sideSocket.allowHalfOpen = true;
    if (sideHead.length > 0) sideSocket.unshift(sideHead);
    sideSocket.setTimeout(0).setNoDelay(true).setKeepAlive(true);
    const tunnel = new Tunnel({
      client: socket,
      side: sideSocket,
      idleMs: timeouts.upgradeIdleMs,
      halfOpenIdleMs,
      closeGraceMs,
      onEnd: (end) => {
        forget();
        release?.();
        this.#end(outcomeOf(end));
      },
    });
    const forget = this.#means.keep(tunnel);
    const release = onLongLived?.({ kind: 'websocket', end: () => tunnel.close(1012) });
  };

  readonly #onPlainAnswer = (answer: IncomingMessage): void => {
    const { response, ownHeaders } = this.#exchange;
    const status = answer.statusCode ?? 502;
    this.#exchange.onAnswered?.(status);
    const head = headOf(status, answer.rawHeaders, isWithoutContent(status));
    if (head.isAmbiguous) {
      this.#fail({ kind: 'answer-refused', phase: 'headers', code: 'AMBIGUOUS_FRAMING' });
      return;
    }
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
    this.#fail({ kind: 'client-aborted', phase: this.#phase });
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

function outcomeOf(end: TunnelEnd): ForwardOutcome {
  switch (end) {
    case 'idle':
      return { kind: 'timed-out', phase: 'body', isTotal: false };
    case 'side-cut':
      return { kind: 'upstream-cut', phase: 'body', code: 'UPSTREAM_RESET' };
    case 'client-cut':
      return { kind: 'client-aborted', phase: 'body' };
    case 'ended':
    case 'closed':
      return { kind: 'completed', status: 101 };
    default:
      return end satisfies never;
  }
}

/** Of the answer that opens the connection. The names and values were read by Node's parser, so there is no line break in them. */
function switchingHead(flat: readonly string[]): string {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  for (let index = 0; index < flat.length; index += 2) lines.push(`${flat[index]}: ${flat[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
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
