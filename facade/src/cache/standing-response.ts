import type { OutgoingHttpHeader } from 'node:http';
import type { ClientResponse, EventSource } from '../forward/client-response.ts';

type ResponseEvent = 'close' | 'drain' | 'finish' | 'error';
type Listener = Parameters<EventSource<ResponseEvent>['on']>[1];

export interface StandIn {
  readonly status: number;
  /** Undefined for a 304. */
  readonly body: Buffer | undefined;
}

/**
 * The client's response as the forwarder sees it, until a kept answer takes the place of a 304 of the side: from then on
 * the kept status and body go to the client, and the side's own (there is no body in a 304) do not.
 */
export class StandingResponse implements ClientResponse {
  readonly #client: ClientResponse;
  #standIn: StandIn | undefined;

  constructor(client: ClientResponse) {
    this.#client = client;
  }

  standIn(answer: StandIn): void {
    this.#standIn = answer;
  }

  writeHead(status: number, reason?: string, headers?: OutgoingHttpHeader[]): unknown {
    const standIn = this.#standIn;
    return standIn
      ? this.#client.writeHead(standIn.status, undefined, headers)
      : this.#client.writeHead(status, reason, headers);
  }

  write(chunk: Uint8Array | string): boolean {
    return this.#standIn ? true : this.#client.write(chunk);
  }

  end(chunk?: Uint8Array | string): unknown {
    return this.#client.end(this.#standIn ? this.#standIn.body : chunk);
  }

  on(event: ResponseEvent, listener: Listener): this {
    this.#client.on(event, listener);
    return this;
  }

  once(event: ResponseEvent, listener: Listener): this {
    this.#client.once(event, listener);
    return this;
  }

  off(event: ResponseEvent, listener: Listener): this {
    this.#client.off(event, listener);
    return this;
  }

  get statusCode(): number {
    return this.#client.statusCode;
  }

  get headersSent(): boolean {
    return this.#client.headersSent;
  }

  get chunkedEncoding(): boolean {
    return this.#client.chunkedEncoding;
  }

  get writableEnded(): boolean {
    return this.#client.writableEnded;
  }

  get writableFinished(): boolean {
    return this.#client.writableFinished;
  }

  get destroyed(): boolean {
    return this.#client.destroyed;
  }

  get socket(): ClientResponse['socket'] {
    return this.#client.socket;
  }

  get shouldKeepAlive(): boolean {
    return this.#client.shouldKeepAlive;
  }

  set shouldKeepAlive(value: boolean) {
    this.#client.shouldKeepAlive = value;
  }

  getHeaderNames(): string[] {
    return this.#client.getHeaderNames();
  }

  appendHeader(name: string, value: string): unknown {
    return this.#client.appendHeader(name, value);
  }

  // A stand-in has its whole body at hand: head and body leave together.
  flushHeaders(): void {
    if (!this.#standIn) this.#client.flushHeaders();
  }

  writeProcessing(): void {
    this.#client.writeProcessing();
  }

  writeContinue(): void {
    this.#client.writeContinue();
  }

  writeEarlyHints(hints: Record<string, string | string[]>): void {
    this.#client.writeEarlyHints(hints);
  }

  addTrailers(pairs: readonly [string, string][]): void {
    this.#client.addTrailers(pairs);
  }

  destroy(): unknown {
    return this.#client.destroy();
  }
}
