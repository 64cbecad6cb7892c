import { ChunkReader } from '../../http1/chunk-reader.ts';
import type { BodyReader, PieceSink } from './body-reader.ts';
import { refusalOf, type RefusalCode } from './refusal-code.ts';

// As much as Node takes of one chunk, over all chunks of a body: nobody reads them.
const extensionBytes = 16_384;

const none: readonly string[] = [];

/** A chunked body of a request. */
export class ChunkedBody implements BodyReader {
  readonly #chunks: ChunkReader;

  constructor(trailerBytes: number, sink: PieceSink) {
    this.#chunks = new ChunkReader({ trailerBytes, extensionBytes }, (piece) => {
      sink.push(piece);
      return true;
    });
  }

  get isDone(): boolean {
    return this.#chunks.trailers !== undefined;
  }

  get rawTrailers(): readonly string[] {
    return this.#chunks.trailers ?? none;
  }

  get refusal(): RefusalCode | undefined {
    const { fault } = this.#chunks;
    return fault === undefined ? undefined : refusalOf[fault];
  }

  read(bytes: Buffer): number {
    return this.#chunks.read(bytes, 0);
  }
}
