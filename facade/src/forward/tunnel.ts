import type { Duplex } from 'node:stream';
import { closeFrame, FrameTracker } from './websocket-frames.ts';

export interface TunnelParts {
  readonly client: Duplex;
  readonly side: Duplex;
  /** Without a byte in either direction for this long, it is closed. */
  readonly idleMs: number;
  /** The same once one direction has ended. */
  readonly halfOpenIdleMs: number;
  /** From our Close frame to the end of both connections. */
  readonly closeGraceMs: number;
  readonly onEnd: (end: TunnelEnd) => void;
}

/** `closed`: we closed it; `idle`: because nothing moved; `side-cut`, `client-cut`: that connection broke; `ended`: they parted. */
export type TunnelEnd = 'ended' | 'closed' | 'idle' | 'side-cut' | 'client-cut';

/** RFC 6455 7.4.1, and the registry it began: 1001 Going Away, 1012 Service Restart. */
export type CloseCode = 1001 | 1012;

/**
 * The bytes of a WebSocket in both directions, as they come. What one end does not read is not read from the other: at most
 * a piece or two is kept. An end is passed on as an end, so that the other direction goes on.
 */
export class Tunnel {
  readonly #parts: TunnelParts;
  readonly #frames = new FrameTracker();
  #timer: NodeJS.Timeout;
  #end: TunnelEnd | undefined;
  #closeCode: CloseCode | undefined;
  #isCloseSent = false;
  #openCount = 2;

  constructor(parts: TunnelParts) {
    this.#parts = parts;
    const { client, side } = parts;
    this.#timer = setTimeout(this.#onIdle, parts.idleMs);
    client.on('data', this.#onClientData).once('end', () => this.#onDirectionEnd(side));
    side.on('data', this.#onSideData).once('end', () => this.#onDirectionEnd(client));
    client.on('drain', () => side.resume()).on('error', ignore);
    side.on('drain', () => client.resume()).on('error', ignore);
    client.once('close', () => this.#onClose(client, side, 'client-cut'));
    side.once('close', () => this.#onClose(side, client, 'side-cut'));
  }

  /**
   * Sends the client a Close frame as soon as no other frame is under way, and lets its answer through to the side, so that
   * both see the closing handshake. A connection that does not end by it is cut after the grace time.
   */
  close(code: CloseCode): void {
    if (this.#closeCode !== undefined || this.#openCount < 2) return;
    this.#closeCode = code;
    this.#end ??= 'closed';
    this.#restartTimer(this.#parts.closeGraceMs);
    if (this.#frames.isAtBoundary) this.#sendClose(code);
  }

  destroy(): void {
    this.#end ??= 'closed';
    this.#parts.client.destroy();
    this.#parts.side.destroy();
  }

  readonly #onClientData = (chunk: Buffer): void => {
    this.#touch();
    const { client, side } = this.#parts;
    if (!side.write(chunk)) client.pause();
  };

  readonly #onSideData = (chunk: Buffer): void => {
    this.#touch();
    // The client has our Close frame: nothing may follow it.
    if (this.#isCloseSent) return;
    const { client, side } = this.#parts;
    const isClosing = this.#closeCode !== undefined;
    const count = this.#frames.advance(chunk, isClosing);
    const isTaken = count === 0 || client.write(chunk.subarray(0, count));
    if (isClosing && this.#frames.isAtBoundary) this.#sendClose(this.#closeCode);
    else if (!isTaken) side.pause();
  };

  #sendClose(code: CloseCode | undefined): void {
    const { client, side } = this.#parts;
    this.#isCloseSent = true;
    // The side's own Close frame, which the client has, is as good.
    if (code !== undefined && !this.#frames.hasClose && !client.writableEnded) client.write(closeFrame(code));
    side.resume();
  }

  #onDirectionEnd(to: Duplex): void {
    to.end();
    if (this.#closeCode === undefined) this.#restartTimer(this.#parts.halfOpenIdleMs);
  }

  /** A pipe passes on an end, not a loss: a connection that broke takes the other one with it. */
  #onClose(closed: Duplex, other: Duplex, cut: TunnelEnd): void {
    this.#openCount -= 1;
    if (!closed.readableEnded) {
      this.#end ??= cut;
      other.destroy();
    } else if (!other.destroyed) {
      // What it still sends has nowhere to go.
      other.resume();
      other.end();
    }
    if (this.#openCount > 0) return;
    clearTimeout(this.#timer);
    this.#parts.onEnd(this.#end ?? 'ended');
  }

  readonly #onIdle = (): void => {
    this.#end ??= 'idle';
    const isWhole = this.#openCount === 2 && !this.#parts.client.writableEnded;
    if (this.#closeCode === undefined && isWhole) {
      this.close(1001);
      return;
    }
    this.destroy();
  };

  #touch(): void {
    // A closing handshake has one time for all of it.
    if (this.#closeCode === undefined) this.#timer.refresh();
  }

  #restartTimer(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onIdle, limitMs);
  }
}

const ignore = (): void => undefined;
