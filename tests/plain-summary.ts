import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Ends the run with `N passed, N failed, N skipped`, the form every CI log reader understands.
 * A file that could not be run counts as one failure; a run without any test fails. A test that passed only when it was run
 * again is named with what it said the first time: it is a defect to look into, and not hidden.
 */
export default class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        if (test.diagnostic()?.flaky === true) sayFlaky(test);
      }
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) count.failed += 1;
    }
    if (count.passed + count.failed === 0) process.exitCode = 1;
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  }
}

function sayFlaky(test: TestCase): void {
  const [first] = test.result().errors ?? [];
  process.stdout.write(
    `\nflaky: ${test.module.relativeModuleId} > ${test.fullName}: ${first?.message ?? 'no message'}\n`,
  );
}
