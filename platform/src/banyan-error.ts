export interface BanyanErrorDetail {
  /** What the operator should do next, one sentence. */
  readonly remedy: string;
  /** The thing concerned: a file, a slot, a table, a flag. Never a secret or a row value. */
  readonly concerning?: string;
  readonly cause?: unknown;
}

/**
 * A broken assumption, with a stable code, the thing concerned, and what to do.
 * Expected outcomes are union values, not errors.
 */
export class BanyanError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly concerning: string | undefined;

  constructor(code: string, message: string, { remedy, concerning, cause }: BanyanErrorDetail) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BanyanError';
    this.code = code;
    this.remedy = remedy;
    this.concerning = concerning;
  }
}

/** The message of anything that was thrown, for a log line or a status page. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(messageOf).join('; ');
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The stable code of anything that was thrown: ours, an SQLSTATE, or a Node system code; '' when it has none. */
export function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}
