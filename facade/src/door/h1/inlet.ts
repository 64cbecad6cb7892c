import type { Socket } from 'node:net';
import { ReadMemory, type BytesReader } from '../../read-memory/read-memory.ts';
import { readInto } from './read-into.ts';

/** Where the bytes of one connection come in: into memory of ours where Node has a way to that, as `data` events else. */
export class Inlet {
  readonly socket: Socket;
  readonly #memory = new ReadMemory();
  #reader: BytesReader | undefined;
  #isHandedOver = false;

  /** @param accepted - a moment ago; {@link socket} stands for its connection from now on */
  constructor(accepted: Socket) {
    const options = this.#memory.optionsFor({ read: this.#read, isInBody: () => this.#reader?.isInBody() === true });
    const reading = 'encrypted' in accepted ? undefined : readInto(accepted, options);
    this.socket = reading ?? accepted.on('data', this.#read);
  }

  /** @param reader - told of all that comes; it is there until the reader returns, unless it is {@link kept} */
  open(reader: BytesReader): void {
    this.#reader = reader;
  }

  /** Bytes of what the reader is told of, so that they stay what they are. */
  kept(bytes: Buffer): Buffer {
    return this.#memory.kept(bytes);
  }

  /** What comes from now on is for whoever listens to the socket itself. */
  handOver(): void {
    this.#isHandedOver = true;
    this.socket.off('data', this.#read);
  }

  readonly #read = (bytes: Buffer): boolean => {
    if (this.#isHandedOver) return this.socket.push(Buffer.from(bytes));
    return this.#reader?.read(bytes) ?? true;
  };
}
