import type { Socket } from 'node:net';
import type { Turns } from './in-turn.ts';

const statusOfParserError: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

export interface ParserErrors {
  /** Tells the client why, and ends the connection. @returns false when it was told already */
  answer(code: string, socket: Socket): boolean;
}

/** Answers to bytes that Node's parser refuses. After one of them nothing on the connection is read as a message. */
export function createParserErrors(turns: Turns): ParserErrors {
  const broken = new WeakSet<Socket>();
  return {
    answer(code, socket) {
      if (broken.has(socket)) return false;
      broken.add(socket);
      answerBehind(turns, code, socket);
      return true;
    },
  };
}

/** Never into the middle of an answer, and never in the place of one that another message is about to get. */
function answerBehind(turns: Turns, code: string, socket: Socket): void {
  const latest = turns.latestOn(socket);
  if (latest === undefined) {
    sayAndEnd(code, socket);
    return;
  }
  const { request, response } = latest;
  if (response.writableFinished) {
    if (response.shouldKeepAlive) sayAndEnd(code, socket);
    // It was the last answer, so this is the rest of a refused message.
    else socket.destroySoon();
  } else if (request.complete) response.once('finish', () => answerBehind(turns, code, socket));
  else if (response.socket === null) turns.replace(latest, () => sayAndEnd(code, socket));
  else if (response.headersSent) socket.destroy();
  else sayAndEnd(code, socket);
}

function sayAndEnd(code: string, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOfParserError[code] ?? '400 Bad Request';
  const body = JSON.stringify({
    type: '/problems/bad-message',
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    detail: 'The message is no HTTP that is served here.',
  });
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
