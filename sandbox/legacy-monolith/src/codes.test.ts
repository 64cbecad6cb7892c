import { expect, test } from 'vitest';
import { sensorKind, severity, tripStatus, vehicleStatus } from './codes.ts';
import { LegacyError } from './legacy-error.ts';

test('every word has its code and every code its word', () => {
  for (const table of [tripStatus, vehicleStatus, sensorKind, severity] as const)
    for (const word of table.words) expect(table.wordOf(table.codeOf(word as never) as never)).toBe(word);
});

test('a code that nobody knows is an error that names the column', () => {
  const unknown = (): string => tripStatus.wordOf(40 as never);
  expect(unknown).toThrow(LegacyError);
  expect(unknown).toThrow('Code 40 in trip_mst.stat_cd has no meaning.');
});
