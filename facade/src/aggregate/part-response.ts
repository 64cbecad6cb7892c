import { OwnResponse } from '../own-exchange/own-response.ts';

/** Takes the answer to one part into memory, up to a limit. */
export class PartResponse extends OwnResponse {
  readonly #chunks: Buffer[] = [];

  get body(): Buffer {
    return this.isTooLarge ? nothing : Buffer.concat(this.#chunks);
  }

  protected override readonly keep = (chunk: Uint8Array | string): void => {
    this.#chunks.push(Buffer.from(chunk as Uint8Array));
  };
}

const nothing = Buffer.alloc(0);
