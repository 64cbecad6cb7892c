/**
 * Follows the frames of one direction of a WebSocket (RFC 6455 5.2) without keeping or changing a byte of them, to know
 * where a frame of our own may stand. Any bytes are taken, in pieces of any size.
 */
export class FrameTracker {
  /** Bytes of the current frame's head that have passed; 0 between frames and within a payload. */
  #headCount = 0;
  #headLength = 2;
  #lengthCount = 0;
  #payloadLength = 0;
  #payloadLeft = 0;
  #hasClose = false;

  /** Between two frames: also between the fragments of one message, where a control frame is allowed (RFC 6455 5.4). */
  get isAtBoundary(): boolean {
    return this.#headCount === 0 && this.#payloadLeft === 0;
  }

  /** A Close frame has begun to pass; nothing may follow it (RFC 6455 5.5.1). */
  get hasClose(): boolean {
    return this.#hasClose;
  }

  /**
   * @param isStopping - stop at the first boundary, which may be before the first byte
   * @returns how many bytes were taken: all of them, unless it stopped
   */
  advance(bytes: Uint8Array, isStopping = false): number {
    let at = 0;
    while (at < bytes.length) {
      if (isStopping && this.isAtBoundary) return at;
      if (this.#payloadLeft > 0) {
        const step = Math.min(this.#payloadLeft, bytes.length - at);
        this.#payloadLeft -= step;
        at += step;
      } else this.#takeHead(bytes[at++] ?? 0);
    }
    return at;
  }

  #takeHead(byte: number): void {
    this.#headCount += 1;
    if (this.#headCount === 1) this.#hasClose ||= (byte & 0x0f) === opcodeClose;
    else if (this.#headCount === 2) this.#takeLength(byte);
    // A length above 2^53 loses its last bits and its frame never ends, which is as good as true.
    else if (this.#headCount <= 2 + this.#lengthCount) this.#payloadLength = this.#payloadLength * 256 + byte;
    if (this.#headCount < this.#headLength) return;
    this.#payloadLeft = this.#payloadLength;
    this.#headCount = 0;
    this.#headLength = 2;
  }

  #takeLength(byte: number): void {
    const code = byte & 0x7f;
    this.#lengthCount = lengthCounts[code] ?? 0;
    this.#payloadLength = this.#lengthCount > 0 ? 0 : code;
    const maskCount = byte & 0x80 ? 4 : 0;
    this.#headLength = 2 + this.#lengthCount + maskCount;
  }
}

const opcodeClose = 8;
const lengthCounts: Readonly<Record<number, number>> = { 126: 2, 127: 8 };

/** As a server sends it: not masked. */
export function closeFrame(code: number): Buffer {
  return Buffer.from([0x80 | opcodeClose, 2, code >> 8, code & 0xff]);
}
