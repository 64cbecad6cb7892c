/** An exchange without an end of its own: a WebSocket, an event stream, or another answer that nobody knows the length of. */
export interface LongLived {
  readonly kind: 'websocket' | 'events' | 'stream';
  /** Ends it soon, at a boundary, so that the client sees why and comes again. Repeating it changes nothing. */
  end(why: EndReason): void;
}

/** `rolled-back`: its scope is served by the other side now. `draining`: this process ends. */
export type EndReason = 'rolled-back' | 'draining';

/** Told when such an exchange has opened; what it returns is called when the exchange is over. */
export type OnLongLived = (line: LongLived) => () => void;
