import type { Socket } from 'node:net';
import { codeOf } from '@banyan/platform';
import { connectTo } from '../instances/connect-to.ts';
import type { Peer } from '../instances/peer.ts';
import { AnswerReader, type AnswerEvents } from './answer-reader.ts';
import { BodyPump } from './body-pump.ts';
import type { ExchangeKeeper, H1Exchange } from './exchange.ts';
import { AnswerMalformed, SideCut, type AnswerFault } from './faults.ts';
import { readBeforeFailing, type WriteFate } from './read-before-failing.ts';
import type { AnswerStart } from './read-head.ts';
import { ReadMemory } from '../../read-memory/read-memory.ts';
import { bodylessHead } from './request-start.ts';

/** Who has the connections to one peer. */
export interface ConnectionOwner {
  onOpen(connection: H1Connection): void;
  /** It could not be opened. */
  onRefused(connection: H1Connection, err: Error): void;
  /** Its exchange is over and it can carry another one. */
  onFree(connection: H1Connection): void;
  /** It carries nothing any more. */
  onGone(connection: H1Connection): void;
}

/** One connection: one exchange at a time, told to its handler in the words of undici's dispatch. */
export class H1Connection implements AnswerEvents, ExchangeKeeper {
  /** When it is closed unless it is used again; the owner's. */
  idleUntilMs = 0;
  /** What the server said about that. */
  idleHintMs: number | undefined;
  readonly #owner: ConnectionOwner;
  readonly #reader: AnswerReader;
  readonly #memory = new ReadMemory();
  #socket: Socket | undefined;
  #fate: WriteFate | undefined;
  #exchange: H1Exchange | undefined;
  #pump: BodyPump | undefined;
  #servedCount = 0;
  #isLast = false;
  #isPaused = false;
  #isGone = false;

  constructor(owner: ConnectionOwner, headBytesLimit: number) {
    this.#owner = owner;
    this.#reader = new AnswerReader(headBytesLimit, this);
  }

  open(peer: Peer): void {
    const onread = this.#memory.optionsFor({
      read: (bytes) => {
        this.#reader.read(bytes);
        return true;
      },
      isInBody: () => this.#reader.isInBody,
    });
    connectTo(peer, onread, (err, socket) => {
      if (socket) this.#take(socket, peer.origin.startsWith('https:'));
      else this.#owner.onRefused(this, err ?? new SideCut('UPSTREAM_CLOSED'));
    });
  }

  #take(socket: Socket, isSecure: boolean): void {
    this.#socket = socket;
    this.#fate = readBeforeFailing(socket);
    if (isSecure) socket.on('data', (bytes: Buffer) => this.#reader.read(bytes));
    socket.on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose).on('drain', this.#onDrain);
    if (this.#isGone) socket.destroy();
    else this.#owner.onOpen(this);
  }

  send(exchange: H1Exchange): void {
    const { handler, body, start } = exchange;
    this.#exchange = exchange;
    exchange.keeper = this;
    exchange.isReused = this.#servedCount > 0;
    this.#servedCount += 1;
    this.idleHintMs = undefined;
    this.#reader.expect(start.method);
    handler.onConnect?.(exchange.cut);
    const socket = this.#socket;
    if (this.#exchange !== exchange || !socket || !this.#fate) return;
    this.#fate.isUploading = body !== undefined;
    if (body) {
      this.#pump = new BodyPump(exchange, body, socket, (err) => this.fail(err));
      return;
    }
    socket.write(bodylessHead(start), 'latin1');
    handler.onRequestSent?.();
  }

  drop(exchange: H1Exchange): void {
    if (this.#exchange === exchange) this.destroy();
  }

  goOn(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket?.resume();
  }

  /** Tells nobody but the owner. */
  destroy(): void {
    this.#exchange = undefined;
    this.#pump?.stop();
    this.#reader.stop();
    this.#socket?.destroy();
    this.#leave();
  }

  /** As {@link destroy}; who is served now hears why. */
  fail(err: Error): void {
    const exchange = this.#release();
    this.destroy();
    exchange?.handler.onError?.(err);
  }

  onBegin(): void {
    this.#exchange?.handler.onResponseStarted?.();
  }

  onHead({ status, reason, raw, isLast, idleHintMs }: AnswerStart): void {
    const exchange = this.#exchange;
    if (!exchange) return;
    this.#isLast = isLast || exchange.start.isLast;
    this.idleHintMs = idleHintMs;
    // undici's types say Buffer; its own clients of HTTP/2 and the handlers here take text.
    const head = raw as unknown as Buffer[];
    const takesMore = exchange.handler.onHeaders?.(status, head, exchange.resume, reason);
    // Nobody here asks for another protocol, and what follows would not be HTTP.
    if (status === 101) this.fail(new AnswerMalformed('ANSWER_STATUS_LINE'));
    else if (takesMore === false && status >= 200) this.#pause();
  }

  onBody(piece: Buffer): void {
    if (this.#exchange?.handler.onData?.(this.#memory.kept(piece)) === false) this.#pause();
  }

  onEnd(trailers: string[]): void {
    const exchange = this.#release();
    const isSent = this.#pump?.isOver !== false;
    this.#pump?.stop();
    this.#pump = undefined;
    if (exchange) exchange.handler.onComplete?.(trailers);
    // A request that was not sent whole would go on in front of the next one (RFC 9112 9.3).
    if (!isSent || !this.#mayServeOn()) this.destroy();
    else this.#rest();
  }

  // Told when what came before it in the same packet has left for the client.
  onFault(fault: AnswerFault): void {
    const exchange = this.#release();
    this.destroy();
    setImmediate(() => exchange?.handler.onError?.(new AnswerMalformed(fault)));
  }

  // Never the answer of the next request: whoever could put it there would choose what another user sees.
  onSurplus(): void {
    this.destroy();
  }

  #mayServeOn(): boolean {
    // What is written and not gone would stand in front of the next request, or never go.
    const isWritten = this.#socket?.destroyed === false && this.#socket.writableLength === 0;
    return !this.#isLast && isWritten;
  }

  #rest(): void {
    this.goOn();
    if (this.#fate) this.#fate.isUploading = false;
    this.#owner.onFree(this);
  }

  #pause(): void {
    if (!this.#exchange) return;
    this.#isPaused = true;
    this.#socket?.pause();
  }

  #release(): H1Exchange | undefined {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange) exchange.keeper = undefined;
    return exchange;
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#owner.onGone(this);
  }

  readonly #onDrain = (): void => this.#pump?.goOn();

  readonly #onError = (err: Error): void => {
    const code = codeOf(err);
    this.fail(new SideCut(code === 'ECONNRESET' || code === '' ? 'UPSTREAM_RESET' : code, err));
  };

  readonly #onEnd = (): void => {
    if (!this.#reader.endsWithConnection) this.fail(new SideCut('UPSTREAM_CLOSED'));
    else if (this.#fate?.hasFailed() === true) this.fail(new SideCut('UPSTREAM_RESET'));
    else {
      this.#isLast = true;
      this.onEnd([]);
    }
  };

  readonly #onClose = (): void => this.fail(new SideCut('UPSTREAM_CLOSED'));
}
