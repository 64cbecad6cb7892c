import { BanyanError, codeOf, policyFor } from '@banyan/platform';
import type { z } from 'zod';

/** Why one change cannot be applied. It is stored and shown, so it never repeats a value of the row. */
export interface ApplyFailure {
  /** Ours (`SINK_...`) or an SQLSTATE. */
  readonly code: string;
  readonly message: string;
  /** What a person should do before the lane is redriven. */
  readonly remedy: string;
}

export function unreadableMessage(reason: string): ApplyFailure {
  return {
    code: 'SINK_UNREADABLE',
    // JSON.parse quotes what it choked on.
    message: `The message is no change event: ${reason.replace(/".*"/s, '"..."')}.`,
    remedy: 'Correct the message in banyan.parked, or find out who else writes to the topic.',
  };
}

export function notForARow(what: string): ApplyFailure {
  return {
    code: 'SINK_NOT_FOR_A_ROW',
    message: `${what}.`,
    remedy:
      'Do on the target by hand what the source did; then empty the parked change (event and raw null) and redrive.',
  };
}

/** @param unavailable - columns whose unchanged TOAST value did not come with the change */
export function undecodable({ issues }: z.ZodError, unavailable: readonly string[]): ApplyFailure {
  const columns = [...new Set(issues.map(({ path }) => path.map(String).join('.')))];
  const missing = columns.filter((column) => unavailable.includes(column));
  if (missing.length > 0)
    return {
      code: 'SINK_COLUMN_UNAVAILABLE',
      message: `The source did not send the unchanged content of ${missing.join(', ')}.`,
      remedy: 'Set REPLICA IDENTITY FULL on the source table and update the row once more.',
    };
  return {
    code: 'SINK_UNDECODABLE',
    message: `Column ${columns.join(', ')} is missing or of an unexpected type.`,
    remedy: 'Compare the source table with the pipeline; adapt the pipeline, or correct the parked event.',
  };
}

export function untranslatable(field: string, reason: string): ApplyFailure {
  return {
    code: 'SINK_UNTRANSLATABLE',
    message: `${field} ${reason}.`,
    remedy: 'Correct the row on its source; then redrive, or correct the parked event.',
  };
}

/** What the database, or a bug, says about one single change. */
export function refusedBy(err: unknown): ApplyFailure {
  const { remedy } = policyFor(err);
  const code = codeOf(err);
  if (err instanceof BanyanError) return { code, message: err.message, remedy };
  if (code === '') return { code: 'SINK_UNEXPECTED', message: `Applying it threw ${nameOf(err)}.`, remedy };
  // The server's own message may quote the value; the names it reports beside it do not.
  const place = ['constraint', 'table', 'column', 'dataType'].map((part) => named(err, part)).filter(Boolean);
  return { code, message: ['The target refuses the row', ...place].join(', ') + '.', remedy };
}

function named(err: unknown, part: string): string {
  const value = (err as Readonly<Record<string, unknown>>)[part];
  return typeof value === 'string' ? `${part} ${value}` : '';
}

function nameOf(err: unknown): string {
  return err instanceof Error ? err.name : typeof err;
}
