import { expect, test } from 'vitest';
import { createFlagReader } from './flag-reader.ts';
import { noFlagSource, type FlagStatus } from './flag-source.ts';

function readerOf(status: FlagStatus, isEnabled?: boolean) {
  return createFlagReader({ ...noFlagSource('unused'), status: () => status, isEnabled: () => isEnabled });
}

test.each([
  [
    { kind: 'synchronized', ageSeconds: 0.42, why: 'Unleash answers' },
    true,
    { isEnabled: true, reason: 'Unleash says so, 0.4 s old' },
  ],
  [
    { kind: 'synchronized', ageSeconds: 3, why: 'Unleash answers' },
    false,
    { isEnabled: false, reason: 'Unleash says so, 3.0 s old' },
  ],
  [
    { kind: 'synchronized', ageSeconds: 3, why: 'Unleash answers' },
    undefined,
    { isEnabled: false, reason: 'Unleash knows no such flag' },
  ],
  [
    { kind: 'cached', ageSeconds: 60, why: 'down' },
    true,
    { isEnabled: true, reason: 'the backup of an earlier start says so, 60.0 s old' },
  ],
  [
    { kind: 'none', ageSeconds: null, why: 'refused' },
    undefined,
    { isEnabled: false, reason: 'no flags are known: refused' },
  ],
] as const)('with %j and the flag %s the decision reads %j', (status, isEnabled, reading) => {
  expect(readerOf(status, isEnabled).isEnabled('a.flag', '42')).toEqual(reading);
});

test('the age in the reasons is that of the last tick', () => {
  let ageSeconds = 1;
  const reader = createFlagReader({
    ...noFlagSource('unused'),
    status: () => ({ kind: 'synchronized', ageSeconds, why: '' }),
    isEnabled: () => true,
  });
  ageSeconds = 9;
  expect(reader.isEnabled('a.flag', '42').reason).toBe('Unleash says so, 1.0 s old');
  expect(reader.tick().ageSeconds).toBe(9);
  expect(reader.isEnabled('a.flag', '42').reason).toBe('Unleash says so, 9.0 s old');
});
