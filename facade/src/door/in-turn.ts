import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** One message on a connection, and the answer to it. */
export interface Message {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The messages of every connection, which are served one after the other. */
export interface Turns {
  /** Calls `serve` when all answers before this one are out; never, when the connection ends before. */
  take(message: Message, serve: () => void): void;
  /** Calls `instead` when it is the turn of this message, which is not served any more. */
  replace(message: Message, instead: () => void): void;
  /** An answer is not out yet, or Node has not let go of the connection for it. */
  isOwedOn(socket: Socket): boolean;
  /** The message that came last on a connection. */
  latestOn(socket: Socket): Message | undefined;
}

// Nobody who means well sends more ahead of an answer; a queue that a client can fill must have an end.
const waitingLimit = 100;

/**
 * Node hands over pipelined requests at once. Served side by side, a read would overtake the write before it
 * (RFC 9112 9.3.2), and what stands behind a refused message would reach a side although nobody gets its answer:
 * that is how requests are smuggled.
 */
export function createTurns(): Turns {
  const latest = new WeakMap<Socket, Message>();
  const waitingCounts = new WeakMap<Socket, number>();
  const replaced = new WeakSet<ServerResponse>();
  return {
    take(message, serve) {
      const { socket } = message.request;
      // The answer before was the last one. Node reads on in what has arrived already.
      if (!socket.writable) return;
      latest.set(socket, message);
      // Node gives an answer its connection when it is the first that is due.
      if (message.response.socket !== null) {
        serve();
        return;
      }
      const waitingCount = (waitingCounts.get(socket) ?? 0) + 1;
      waitingCounts.set(socket, waitingCount);
      message.response.once('socket', () => {
        waitingCounts.set(socket, (waitingCounts.get(socket) ?? 1) - 1);
        if (!replaced.has(message.response)) serve();
      });
      if (waitingCount > waitingLimit) socket.destroy();
    },
    replace({ response }, instead) {
      replaced.add(response);
      response.once('socket', instead);
    },
    isOwedOn(socket) {
      const response = latest.get(socket)?.response;
      return response !== undefined && (!response.writableFinished || response.socket !== null);
    },
    latestOn: (socket) => latest.get(socket),
  };
}
