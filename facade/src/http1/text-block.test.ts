import { describe, expect, test } from 'vitest';
import { TextBlock } from './text-block.ts';

const limitBytes = 40;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Where it ends in the last piece it needed, or why it does not; and its text. */
function collected(pieces: readonly string[], block = new TextBlock(limitBytes)) {
  for (const piece of pieces) {
    const end = block.read(bytes(piece), 0);
    if (end !== 'more') return { end, text: block.take(), held: block.held };
  }
  return { end: 'more', text: block.take(), held: block.held };
}

const ways = [
  ['in one piece', (text: string) => [text]],
  ['byte by byte', (text: string) => Array.from(text)],
  ['in two pieces', (text: string) => [text.slice(0, -3), text.slice(-3)]],
] as const;

describe.each(ways)('a block that comes %s', (_how, cut) => {
  test('is given without its empty line, and without one before it', () => {
    expect(collected(cut('A: b\r\nC: d\r\n\r\n'))).toMatchObject({ text: 'A: b\r\nC: d\r\n' });
    expect(collected(cut('\r\nA: b\r\n\r\n'))).toMatchObject({ text: 'A: b\r\n' });
  });

  test('may be as large as the limit, an empty line before it not counted', () => {
    const ofSize = (sizeBytes: number): string => `A: ${'b'.repeat(sizeBytes - 7)}\r\n\r\n`;
    expect(collected(cut(ofSize(limitBytes)))).toMatchObject({ text: ofSize(limitBytes).slice(0, -2) });
    expect(collected(cut(`\r\n${ofSize(limitBytes)}`))).toMatchObject({ text: ofSize(limitBytes).slice(0, -2) });
    const tooLarge = ofSize(limitBytes + 1);
    expect(collected(cut(tooLarge))).toEqual({ end: 'too-large', text: '', held: tooLarge.slice(0, limitBytes) });
  });

  test.each([
    ['bad-character', 'A: \0'],
    ['bad-character', 'A: b\r\n\x7f'],
    ['bare-line-end', 'A: b\nC'],
    ['bare-line-end', 'A: b\rC'],
    ['bare-line-end', 'A: b\r\n\rC'],
    ['too-large', 'A'.repeat(limitBytes)],
  ])('is refused as soon as it can be none: %s, %j', (fault, text) => {
    expect(collected(cut(text))).toMatchObject({ end: fault });
  });

  test('waits for its end, and holds what has come', () => {
    expect(collected(cut('A: b\r\n\r'))).toEqual({ end: 'more', text: '', held: 'A: b\r\n\r' });
  });

  test('is followed by the next one', () => {
    const block = new TextBlock(limitBytes);
    expect(collected(cut('A: b\r\n\r\n'), block)).toMatchObject({ text: 'A: b\r\n', held: '' });
    expect(collected(cut('\r\nC: d\r\n\r\n'), block)).toMatchObject({ text: 'C: d\r\n', held: '' });
  });
});

test('its end is told within the last piece', () => {
  expect(collected(['A: b\r', '\n\r\nnext'])).toMatchObject({ end: 3 });
  expect(collected(['\r', '\nA: b\r\n\r\nnext'])).toMatchObject({ end: 9 });
});

test('trailers may be none, and nothing is passed over before them', () => {
  const trailers = (pieces: readonly string[]) => {
    const block = new TextBlock(limitBytes);
    block.beginAfterLine();
    return collected(pieces, block);
  };
  expect(trailers(['\r\nnext'])).toMatchObject({ end: 2, text: '' });
  expect(trailers(['\r', '\nnext'])).toMatchObject({ end: 1, text: '' });
  expect(trailers(['A: b\r\n', '\r\nnext'])).toMatchObject({ end: 2, text: 'A: b\r\n' });
  expect(trailers(['\n'])).toMatchObject({ end: 'bare-line-end' });
});

test('its text is given once', () => {
  const block = new TextBlock(limitBytes);
  block.read(bytes('A: b\r\n\r\n'), 0);
  expect([block.take(), block.take()]).toEqual(['A: b\r\n', '']);
});
