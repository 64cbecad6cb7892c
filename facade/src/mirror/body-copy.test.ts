import { describe, expect, test } from 'vitest';
import { BodyCopy, CopyMemory } from './body-copy.ts';

const piece = Buffer.alloc(1_000, 'm');

describe('the copy of a body', () => {
  test('takes nothing more once it is let go, though the body goes on', () => {
    const memory = new CopyMemory(100_000);
    const copy = new BodyCopy(50_000, memory);
    copy.add(piece);
    expect(memory.usedBytes).toBeGreaterThanOrEqual(piece.length);
    copy.release();
    copy.add(piece);
    expect([memory.usedBytes, copy.pieces.length]).toEqual([0, 0]);
    copy.release();
    expect(memory.usedBytes).toBe(0);
  });

  test('says why it cannot be sent, and takes nothing more then', () => {
    const memory = new CopyMemory(1_500);
    const [long, poor] = [new BodyCopy(999, memory), new BodyCopy(50_000, memory)];
    long.add(piece);
    poor.add(piece);
    poor.add(piece);
    expect([long.lack, poor.lack, memory.usedBytes]).toEqual(['body-too-large', 'no-memory', 0]);
    poor.add(piece);
    expect([poor.lack, memory.usedBytes]).toEqual(['no-memory', 0]);
  });
});
