import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { converse, type Wire } from './copy-both.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Status {
  readonly confirmed: bigint;
  readonly mustAnswer: boolean;
}

/** A server at the other end of the wire: what it was told, and what it says. */
function aServer() {
  const told: Status[] = [];
  const stream = Object.assign(new EventEmitter(), {
    destroyed: false,
    pause: vi.fn(),
    resume: vi.fn(),
    destroy: () => void (stream.destroyed = true),
  });
  const wire: Wire = Object.assign(new EventEmitter(), {
    stream,
    sendCopyFromChunk: (chunk: Buffer) =>
      void told.push({ confirmed: chunk.readBigUInt64BE(9), mustAnswer: chunk[33] === 1 }),
    end: () => void stream.emit('close'),
  });
  const say = (chunk: Buffer): void => void wire.emit('copyData', { chunk });
  return { wire, told, say, stream };
}

function keepalive(walEnd: bigint, mustReply = false): Buffer {
  const chunk = Buffer.alloc(18);
  chunk.writeUInt8('k'.charCodeAt(0), 0);
  chunk.writeBigUInt64BE(walEnd, 1);
  chunk.writeUInt8(mustReply ? 1 : 0, 17);
  return chunk;
}

function data(lsn: bigint, text: string): Buffer {
  const header = Buffer.alloc(25);
  header.writeUInt8('w'.charCodeAt(0), 0);
  header.writeBigUInt64BE(lsn, 1);
  return Buffer.concat([header, Buffer.from(text)]);
}

const timeoutMs = 1_000;

function aConversation(handlers: { readonly onData?: (data: Buffer) => void } = {}) {
  const server = aServer();
  const failures: Error[] = [];
  const keepalives: bigint[] = [];
  const conversation = converse(server.wire, {
    onData: handlers.onData ?? (() => undefined),
    onKeepalive: (walEnd) => keepalives.push(walEnd),
    onFailure: (err) => failures.push(err),
    timeoutMs,
  });
  onTestFinished(() => conversation.cut());
  return { ...server, conversation, failures, keepalives };
}

describe('a conversation with the server', () => {
  test('answers at once when the server asks for it, and only then', () => {
    const { say, told, keepalives } = aConversation();
    say(keepalive(10n));
    expect(told).toEqual([]);
    say(keepalive(20n, true));
    expect(told).toEqual([{ confirmed: 0n, mustAnswer: false }]);
    expect(keepalives).toEqual([10n, 20n]);
  });

  test('confirms what is durable and never goes back', () => {
    const { conversation, told } = aConversation();
    for (const lsn of [30n, 20n, 30n, 40n]) conversation.confirm(lsn);
    expect(told.map(({ confirmed }) => confirmed)).toEqual([30n, 40n]);
  });

  test('never confirms a keepalive by itself', () => {
    const { say, told } = aConversation();
    say(keepalive(1_000n, true));
    vi.advanceTimersByTime(timeoutMs);
    expect(told.every(({ confirmed }) => confirmed === 0n)).toBe(true);
    expect(told.length).toBeGreaterThan(1);
  });

  test('speaks twice per timeout, also while it is paused, and asks for an answer', () => {
    const { conversation, told, stream } = aConversation();
    conversation.pause();
    vi.advanceTimersByTime(10 * timeoutMs);
    expect(told).toHaveLength(20);
    expect(told.every(({ mustAnswer }) => mustAnswer)).toBe(true);
    expect(stream.pause).toHaveBeenCalledOnce();
  });

  test('takes a server for dead that is silent for two timeouts, unless reading is paused', () => {
    const { conversation, failures, say } = aConversation();
    vi.advanceTimersByTime(1.5 * timeoutMs);
    say(keepalive(1n));
    conversation.pause();
    vi.advanceTimersByTime(10 * timeoutMs);
    conversation.resume();
    vi.advanceTimersByTime(1.5 * timeoutMs);
    expect(failures).toEqual([]);
    vi.advanceTimersByTime(timeoutMs);
    expect(failures[0]).toMatchObject({ code: 'ECONNRESET', message: 'The server has been silent for too long.' });
  });

  test('reads nothing more after a message it could not take', () => {
    const taken: string[] = [];
    const { say, failures } = aConversation({
      onData(message) {
        if (String(message) === 'bad') throw new TypeError('no');
        taken.push(String(message));
      },
    });
    for (const text of ['one', 'bad', 'two']) say(data(1n, text));
    expect(taken).toEqual(['one']);
    expect(failures).toHaveLength(1);
  });

  test('sends its last confirmation before it leaves', async () => {
    const { conversation, told, stream } = aConversation();
    conversation.confirm(50n);
    await conversation.leave();
    expect(told.map(({ confirmed }) => confirmed)).toEqual([50n, 50n]);
    expect(stream.destroyed).toBe(true);
    vi.advanceTimersByTime(10 * timeoutMs);
    expect(told).toHaveLength(2);
  });
});
