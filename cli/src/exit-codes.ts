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
  /** A plan was made, and requests would move. */
  moves: 4,
} as const;

/** Thrown by a command whose answer is no after it has printed why. */
export class CheckRefused extends BanyanError {
  constructor(message: string, remedy: string) {
    super('CHECK_REFUSED', message, { remedy });
  }
}

/** Thrown by `rules plan` after it has printed what would move. */
export class MovesFound extends BanyanError {
  constructor(count: number) {
    super('MOVES_FOUND', `${count} request(s) of the sample would move.`, {
      remedy: 'Nothing was changed. Is that what you want to happen?',
    });
  }
}

export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof CheckRefused) return exitCodes.refused;
  if (thrown instanceof MovesFound) return exitCodes.moves;
  if (thrown instanceof ConfigError) return exitCodes.usage;
  return exitCodes.failed;
}
