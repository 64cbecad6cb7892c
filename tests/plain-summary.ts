import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Ends the run with `N passed, N failed, N skipped`, the form every CI log reader understands.
 * A file that could not be run counts as one failure; a run without any test fails. A test that passed only when it was run
 * again is named with what it said the first time: it is a defect to look into, and not hidden. A file without a result is
 * named too: its process died with it, and Vitest says only that one did.
 */
export default class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      if (!hasEnded(module)) say(`no result, its process died: ${module.relativeModuleId}`);
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        if (test.diagnostic()?.flaky === true) sayFlaky(test);
      }
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) count.failed += 1;
    }
    const failedCount = count.failed + count.pending;
    if (count.passed + failedCount === 0) process.exitCode = 1;
    say(`${count.passed} passed, ${failedCount} failed, ${count.skipped} skipped`);
  }
}

function hasEnded(module: TestModule): boolean {
  const state = module.state();
  return state !== 'queued' && state !== 'pending';
}

function sayFlaky(test: TestCase): void {
  const [first] = test.result().errors ?? [];
  say(`flaky: ${test.module.relativeModuleId} > ${test.fullName}: ${first?.message ?? 'no message'}`);
}

function say(line: string): void {
  process.stdout.write(`\n${line}\n`);
}
