import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/dist/**', '**/.banyan/**'];

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
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/src/**/*.test.ts'],
          exclude: ['**/*.{int,e2e}.test.ts', ...ignored],
          // A guard against hanging, not a measure: the machine may be busy with other tests.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['**/src/**/*.int.test.ts'],
          exclude: ignored,
          globalSetup: './tests/src/harness/global-postgres.ts',
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/src/**/*.e2e.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
