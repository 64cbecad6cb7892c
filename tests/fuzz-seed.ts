import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

// Properties try the same cases in every run, so that a change is judged by what it changed; each night they take others
// (`.ci/nightly`). The library is loaded only where it is used: it costs more than most files' tests do.
const { testPath } = expect.getState();
if (testPath !== undefined && /from '(?:@fast-check\/vitest|fast-check)'/.test(readFileSync(testPath, 'utf8'))) {
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed: Number(process.env['BANYAN_FUZZ_SEED'] ?? 1) });
}
