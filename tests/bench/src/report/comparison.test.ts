import { expect, test } from 'vitest';
import { hostileNames } from '../parts/hostile.ts';
import { comparisonPage } from './comparison.ts';

test('the page says who passes, who fails and how, and who does not offer what the case is about', () => {
  const passes = { kind: 'passes' } as const;
  const others = hostileNames.slice(3).map(() => ({ kind: 'not-offered', feature: 'mirroring' }) as const);
  const page = comparisonPage({
    startedAt: '2026-01-01T00:00Z',
    machine: { versions: { node: '20' } },
    hostile: [
      {
        number: 1,
        name: 'one message stays one',
        verdicts: [passes, passes, { kind: 'fails', how: ['/a\\b was seen'] }, ...others],
      },
    ],
  });
  expect(page).toContain('| 1 | one message stays one | yes | yes | **no** | – | – | – |');
  expect(page).toContain('|  | **passed** | **1** | **1** | **0** | **0** | **0** | **0** |');
  expect(page).toContain(`1. one message stays one\n\n   - ${hostileNames[2] ?? ''}: /a\\\\b was seen`);
});
