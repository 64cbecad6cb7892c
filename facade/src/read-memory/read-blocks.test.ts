import { describe, expect, test } from 'vitest';
import { largeBlockBytes, ReadBlocks, smallBlockBytes } from './read-blocks.ts';

describe('a block', () => {
  test('that was given back serves again, once', () => {
    const blocks = new ReadBlocks();
    const block = blocks.takeSmall();
    const piece = blocks.lend(block, 40_000);
    expect([piece.length, blocks.isLent(piece)]).toEqual([40_000, true]);
    blocks.giveBack(piece);
    blocks.giveBack(piece);
    expect(blocks.isLent(piece)).toBe(false);
    expect([blocks.takeSmall() === block, blocks.takeSmall() === block]).toEqual([true, false]);
  });

  test('that somebody keeps never serves again', () => {
    const blocks = new ReadBlocks();
    const block = blocks.takeSmall();
    const piece = blocks.lend(block, 40_000);
    blocks.keep(piece);
    blocks.giveBack(piece);
    expect(blocks.takeSmall()).not.toBe(block);
  });

  test('comes back by the piece that was lent, never by a part of it, or by an earlier piece of the same block', () => {
    const blocks = new ReadBlocks();
    const block = blocks.takeSmall();
    const first = blocks.lend(block, 40_000);
    blocks.giveBack(first.subarray(0, 10));
    expect(blocks.takeSmall()).not.toBe(block);
    blocks.giveBack(first);
    expect(blocks.takeSmall()).toBe(block);
    const second = blocks.lend(block, 40_000);
    blocks.giveBack(first);
    expect([blocks.isLent(second), blocks.takeSmall() === block]).toEqual([true, false]);
  });

  test('is a large one as long as there are not too many of them', () => {
    const blocks = new ReadBlocks();
    const taken = Array.from({ length: 64 }, () => blocks.takeLarge());
    expect(taken.every((block) => block?.length === largeBlockBytes)).toBe(true);
    expect(blocks.takeLarge()).toBeUndefined();
    blocks.put(taken[0] ?? Buffer.alloc(0));
    expect([blocks.takeLarge() === taken[0], blocks.takeLarge()]).toEqual([true, undefined]);
  });

  test('waits for its next use beside few others', () => {
    const blocks = new ReadBlocks();
    const taken = Array.from({ length: 40 }, () => blocks.takeSmall());
    for (const block of taken) blocks.put(block);
    const again = Array.from({ length: 40 }, () => blocks.takeSmall());
    expect(again.filter((block) => taken.includes(block))).toHaveLength(32);
    expect(again.every((block) => block.length === smallBlockBytes)).toBe(true);
  });
});
