import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { ClientRequest } from '../forward/client-request.ts';

export interface OwnRequestParts {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Flat. */
  readonly rawHeaders: readonly string[];
  /** Whole; nothing: no body. */
  readonly body?: readonly Buffer[];
  /** The client for whom it is made. */
  readonly client: ClientRequest['socket'];
}

/** A request that the facade makes for a client, without a connection of its own: all of it is here from the start. */
export class OwnRequest extends EventEmitter implements ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion = '1.1';
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: readonly string[] = [];
  readonly complete = true;
  readonly destroyed = false;
  readonly hasBody: boolean;
  readonly socket: ClientRequest['socket'];
  #body: readonly Buffer[];

  constructor({ method, target, headers, rawHeaders, body = [], client }: OwnRequestParts) {
    super();
    this.method = method;
    this.url = target;
    this.headers = headers;
    this.rawHeaders = rawHeaders;
    this.#body = body;
    this.hasBody = body.length > 0;
    // The connection is the client's: who is at its other end decides what is believed, and nobody ends it here.
    const { remoteAddress, encrypted = false } = client;
    this.socket = { remoteAddress, encrypted, destroy: () => undefined };
  }

  pause(): this {
    return this;
  }

  resume(): this {
    const pieces = this.#body;
    this.#body = [];
    if (pieces.length === 0) return this;
    for (const piece of pieces) this.emit('data', piece);
    this.emit('end');
    return this;
  }
}
