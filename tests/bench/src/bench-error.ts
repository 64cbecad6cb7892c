import { BanyanError } from '@banyan/platform';

/** What keeps a run from measuring what it says it measures. A run with one ends without a page. */
export function benchError(what: string, remedy: string, cause?: unknown): BanyanError {
  return new BanyanError('BENCH_FAILED', what, { remedy, cause });
}
