import { expect, test } from 'vitest';
import { joinSamples } from './join-samples.ts';

const header = { kind: 'sample', version: 1, revision: 'abc', endedAt: '2026-11-21T03:04:05.000Z' as string | null };
const sampleOf = (name: string, lineCount: number, seenCount = lineCount, endedAt = header.endedAt): string => {
  const lines = Array.from({ length: lineCount }, (_, index) => `{"line":"${name}${index}"}`);
  return `${[JSON.stringify({ ...header, endedAt, seenCount, lineCount }), ...lines].join('\n')}\n`;
};
const first = (): number => 0;
const read = (text: string): readonly Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('the samples of several workers are one, with all that they have seen', () => {
  const [head, ...lines] = read(joinSamples([sampleOf('a', 2), sampleOf('b', 3)], first));
  expect(head).toEqual({ ...header, seenCount: 5, lineCount: 5 });
  expect(lines.map(({ line }) => line)).toEqual(['a0', 'a1', 'b0', 'b1', 'b2']);
});

test('a worker that saw more of the traffic gives more of the lines', () => {
  const [head, ...lines] = read(joinSamples([sampleOf('a', 100, 1_000), sampleOf('b', 100, 100)], first));
  expect(head).toMatchObject({ seenCount: 1_100, lineCount: 110 });
  expect(lines.filter(({ line }) => String(line).startsWith('b'))).toHaveLength(10);
});

test('a worker without a request takes nothing away', () => {
  expect(read(joinSamples([sampleOf('a', 0), sampleOf('b', 2)], first))).toHaveLength(3);
  expect(read(joinSamples([sampleOf('a', 0)], first))).toMatchObject([{ seenCount: 0, lineCount: 0 }]);
});

test('it is being taken as long as one worker takes it', () => {
  expect(read(joinSamples([sampleOf('a', 1), sampleOf('b', 1, 1, null)], first))[0]).toMatchObject({ endedAt: null });
});
