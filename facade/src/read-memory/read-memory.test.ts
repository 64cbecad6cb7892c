import type { OnReadOpts } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ReadBlocks } from './read-blocks.ts';
import { ReadMemory, type BytesReader } from './read-memory.ts';

/** Stands for a socket that reads: each read fills the memory it was given with one byte's value. */
class Reading {
  readonly blocks: ReadBlocks;
  readonly memory: ReadMemory;
  readonly #onread: OnReadOpts;
  #buffer: Uint8Array;

  isInBody = true;

  constructor(read: BytesReader['read'], blocks = new ReadBlocks()) {
    this.blocks = blocks;
    this.memory = new ReadMemory(blocks);
    this.#onread = this.memory.optionsFor({ read, isInBody: () => this.isInBody });
    this.#buffer = this.#next();
  }

  read(value: number, sizeBytes: number): boolean {
    this.#buffer.fill(value, 0, sizeBytes);
    const wantsMore = this.#onread.callback(sizeBytes, this.#buffer);
    this.#buffer = this.#next();
    return wantsMore;
  }

  get sizeBytes(): number {
    return this.#buffer.length;
  }

  #next(): Uint8Array {
    const { buffer } = this.#onread;
    return typeof buffer === 'function' ? buffer() : buffer;
  }
}

const isAll = (piece: Buffer | undefined, value: number): boolean => piece?.every((byte) => byte === value) === true;

/** A connection whose pieces are all kept, with what was kept. */
function keeping(blocks = new ReadBlocks()): { readonly reading: Reading; readonly pieces: Buffer[] } {
  const pieces: Buffer[] = [];
  const reading: Reading = new Reading((bytes) => {
    pieces.push(reading.memory.kept(bytes));
    return true;
  }, blocks);
  return { reading, pieces };
}

describe('what is kept of a read', () => {
  test.each([1, 300, 32_767, 32_768, 65_536, 65_537, 262_144])(
    'stays what it is behind later reads of %d bytes, on this connection and on others',
    (sizeBytes) => {
      const blocks = new ReadBlocks();
      const all = [keeping(blocks), keeping(blocks), keeping(blocks)];
      const read = (turn: number): void =>
        all.forEach(({ reading }, at) => void reading.read(turn * 3 + at, Math.min(sizeBytes, reading.sizeBytes)));
      for (let turn = 0; turn < 5; turn += 1) read(turn);
      for (const [at, { pieces }] of all.entries())
        for (let turn = 0; turn < 5; turn += 1) expect(isAll(pieces[turn], turn * 3 + at)).toBe(true);
    },
  );

  test('stays what it is where large and small reads take turns', () => {
    const { reading, pieces } = keeping();
    const sizes = [10, 60_000, 10, 60_000, 60_000, 40_000, 5, 32_768, 32_767];
    sizes.forEach((sizeBytes, turn) => void reading.read(turn, sizeBytes));
    expect(pieces.map(({ length }) => length)).toEqual(sizes);
    for (const [turn, piece] of pieces.entries()) expect(isAll(piece, turn)).toBe(true);
  });

  test('is not more than was asked for', () => {
    let kept: Buffer | undefined;
    const reading: Reading = new Reading((bytes) => {
      kept ??= reading.memory.kept(bytes.subarray(10, 20));
      return true;
    });
    reading.read(7, 30);
    reading.read(8, 30);
    expect([kept?.length, isAll(kept, 7)]).toEqual([10, true]);
  });
});

describe('memory', () => {
  test('is used again for a large read when its piece was given back, and not before', () => {
    const { reading, pieces } = keeping();
    reading.read(1, 50_000);
    reading.read(2, 50_000);
    const [, second] = pieces;
    reading.read(3, 50_000);
    expect(isAll(second, 2)).toBe(true);
    reading.blocks.giveBack(second ?? Buffer.alloc(0));
    for (let turn = 4; turn < 8; turn += 1) reading.read(turn, 50_000);
    expect(isAll(second, 2)).toBe(false);
  });

  test('is one for all connections that rest or read little', () => {
    const seen = new Set<ArrayBufferLike>();
    const watched = [1, 2].map(() => new Reading((bytes) => (seen.add(bytes.buffer), true)));
    for (const reading of watched) for (let turn = 0; turn < 3; turn += 1) reading.read(turn, 300);
    expect(seen.size).toBe(1);
  });

  test('is larger for the next read where what was read comes back, and not where somebody is slow', () => {
    const { reading, pieces } = keeping();
    const sizes = [];
    for (let turn = 0; turn < 8; turn += 1) {
      reading.read(turn, 50_000);
      sizes.push(reading.sizeBytes);
      // The last piece is on its way; the one before it is out.
      if (turn < 4) reading.blocks.giveBack(pieces.at(-1) ?? Buffer.alloc(0));
    }
    expect(sizes).toEqual([65_536, 262_144, 262_144, 262_144, 262_144, 65_536, 65_536, 65_536]);
  });

  test("stays a connection's own where small reads of a body take turns with large ones", () => {
    const { reading } = keeping();
    reading.read(1, 50_000);
    reading.read(2, 10);
    reading.isInBody = false;
    reading.read(3, 10);
    expect(reading.blocks.takeSmall()[0]).toBe(3);
  });

  test('is not read into any more when the reader failed, which ends the process', async () => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const failed = new Promise((resolve) => process.once('uncaughtException', resolve));
    const reading = new Reading(() => {
      throw new TypeError('no');
    });
    expect(reading.read(1, 50_000)).toBe(false);
    expect(await failed).toMatchObject({ message: 'no' });
    for (const listener of others) process.on('uncaughtException', listener);
  });

  test("is nobody's own behind the end of a body", () => {
    const seen: ArrayBufferLike[] = [];
    const reading = new Reading((bytes) => (seen.push(bytes.buffer), true));
    reading.read(1, 50_000);
    reading.read(1, 50_000);
    reading.isInBody = false;
    reading.read(1, 50_000);
    reading.read(1, 50_000);
    expect([seen[1] === seen[0], seen[2] === seen[0], seen[3] === seen[0]]).toEqual([false, false, true]);
  });

  test('tells the socket whether more is wanted', () => {
    expect([new Reading(() => true).read(1, 10), new Reading(() => false).read(1, 10)]).toEqual([true, false]);
  });
});
