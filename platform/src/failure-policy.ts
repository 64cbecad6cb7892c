import { BanyanError, codeOf } from './banyan-error.ts';

/**
 * What to do about a failure.
 * `timed`: try again after a pause, the cause passes by itself. `manual`: a person must act, then it may be tried again.
 * `never`: the same input will fail again.
 */
export interface FailurePolicy {
  readonly retry: 'timed' | 'manual' | 'never';
  readonly remedy: string;
}

/**
 * The one place that decides whether a failure is tried again, and what the operator is told.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function policyFor(failure: unknown): FailurePolicy {
  const code = codeOf(failure);
  const known = exact[code] ?? byClass[sqlStateClass(code)];
  if (known) return failure instanceof BanyanError ? { ...known, remedy: failure.remedy } : known;
  if (failure instanceof BanyanError) return { retry: 'manual', remedy: failure.remedy };
  // node-postgres reports a connection that ended under a query without any code.
  if (failure instanceof Error && /connection (terminated|ended)|timeout exceeded/i.test(failure.message))
    return unreachable;
  return { retry: 'never', remedy: 'This failure is not known; read the log line and report it with its stack.' };
}

const unreachable: FailurePolicy = {
  retry: 'timed',
  remedy: 'Check that the server runs and can be reached from here.',
};
const restarting: FailurePolicy = { retry: 'timed', remedy: 'The database is starting or stopping; wait for it.' };
const collided: FailurePolicy = { retry: 'timed', remedy: 'Two transactions collided; it is tried again.' };
const crowded: FailurePolicy = {
  retry: 'timed',
  remedy: 'The server is out of a resource: connections, memory or disk.',
};
const badValue: FailurePolicy = {
  retry: 'never',
  remedy: 'The value does not fit the table; correct the row or the translation.',
};
const refusedRow: FailurePolicy = {
  retry: 'never',
  remedy: 'A constraint refuses the row; correct the data, then redrive.',
};
const wrongLogin: FailurePolicy = { retry: 'manual', remedy: 'Check the user, the password and the grants.' };
const wrongSchema: FailurePolicy = { retry: 'manual', remedy: 'Run the migrations, or grant the missing privilege.' };

const exact: Readonly<Record<string, FailurePolicy>> = {
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EPIPE: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  '40001': collided,
  '40P01': collided,
  '55P03': collided,
  '55006': { retry: 'timed', remedy: 'Another process holds the slot or origin; stop it, or wait until it lets go.' },
  '57014': { retry: 'timed', remedy: 'The statement was cancelled; raise the timeout if it happens again.' },
  '57P01': restarting,
  '57P02': restarting,
  '57P03': restarting,
  '3D000': { retry: 'manual', remedy: 'Create the database, or correct its name in the URL.' },
};

const byClass: Readonly<Record<string, FailurePolicy>> = {
  '08': unreachable,
  '22': badValue,
  '23': refusedRow,
  '28': wrongLogin,
  '42': wrongSchema,
  '53': crowded,
};

function sqlStateClass(code: string): string {
  return /^[0-9A-Z]{5}$/.test(code) ? code.slice(0, 2) : '';
}
