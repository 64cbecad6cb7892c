import { BanyanError, ConfigError } from '@banyan/platform';

/** What `banyan` exits with; documented in `banyan --help` and docs/reference/cli.md. */
export const exitCodes = {
  ok: 0,
  /** Something did not work: a server did not answer, a process crashed. */
  failed: 1,
  /** The command line or an environment variable is wrong; nothing was done. */
  usage: 2,
  /** The check ran and its answer is no: rules have problems, cases failed, a lane is parked. */
  refused: 3,
} as const;

/** Thrown by a command whose answer is no after it has printed why. */
export class CheckRefused extends BanyanError {
  constructor(message: string, remedy: string) {
    super('CHECK_REFUSED', message, { remedy });
  }
}

export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof CheckRefused) return exitCodes.refused;
  if (thrown instanceof ConfigError) return exitCodes.usage;
  return exitCodes.failed;
}
