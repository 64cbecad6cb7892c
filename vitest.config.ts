import { defineConfig } from 'vitest/config';
import { LongFirst } from './tests/long-first.ts';

const ignored = ['**/node_modules/**', '**/dist/**', '**/.banyan/**'];
/** They count what the process holds: memory, objects, timers, sockets. What another file left behind would be counted too. */
const ofWholeProcess = [
  'facade/src/**/*{leaks,memory}.test.ts',
  'facade/src/own-text.test.ts',
  'facade/src/forward/tunnel.test.ts',
  'facade/src/conformance/fuzz.test.ts',
];
// A guard against hanging, not a measure: the machine may be busy with other tests.
const testTimeout = 60_000;

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  // The environment of globalSetup files, which takes nothing from `ssr`.
  environments: { __vitest__: { resolve: { conditions: ['source'], externalConditions: ['source'] } } },
  test: {
    setupFiles: './tests/fuzz-seed.ts',
    reporters: ['default', './tests/plain-summary.ts'],
    // On a machine that stalls, a test with sockets or processes may be late: what fails is run once more, and named as flaky in
    // the summary when it passes then. A property tries the same cases again: what it has found stays found.
    retry: 1,
    // By default one core stays idle; on a machine of two that is half of it.
    maxWorkers: '100%',
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/src/**/*.test.ts'],
          exclude: ['**/*.{int,e2e}.test.ts', ...ofWholeProcess, ...ignored],
          testTimeout,
          // A process and all imports anew for each of hundreds of files take longer than the tests themselves.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'unit-alone', include: ofWholeProcess, exclude: ignored, testTimeout },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['**/src/**/*.int.test.ts'],
          exclude: ignored,
          globalSetup: './tests/src/harness/global-postgres.ts',
          isolate: false,
          testTimeout,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'apps',
          include: ['tests/src/apps/*.e2e.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/src/**/*.e2e.test.ts'],
          exclude: ['tests/src/apps/**', ...ignored],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Alone, behind all others: the story promises what happens within a second.
          fileParallelism: false,
        },
      },
    ],
  },
});
