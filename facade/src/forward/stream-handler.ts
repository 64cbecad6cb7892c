import type { Connection } from './connection.ts';

/** What an exchange is told, as undici's dispatch does it; its types leave out what is called when a request has been sent. */
export interface StreamHandler {
  /** Before anything else, and before there is a connection: the request may wait for one. */
  onConnection?: ((connection: Connection) => void) | undefined;
  onConnect?: ((abort: () => void) => void) | undefined;
  onBodySent?: ((chunkBytes: number, totalBytes: number) => void) | undefined;
  onRequestSent?: (() => void) | undefined;
  onResponseStarted?: (() => void) | undefined;
  /** @returns false when it wants no body for now */
  onHeaders?: ((status: number, raw: Buffer[], resume: () => void, statusText: string) => boolean) | undefined;
  /** @returns false when it wants no more for now */
  onData?: ((chunk: Buffer) => boolean) | undefined;
  onComplete?: ((trailers: string[]) => void) | undefined;
  onError?: ((err: Error) => void) | undefined;
}
