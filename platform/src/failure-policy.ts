import { BanyanError, codeOf } from './banyan-error.ts';

/**
 * What to do about a failure.
 * `timed`: the cause passes by itself, try again after a pause.
 * `manual`: the surroundings are wrong, whatever the input; a person must act, then it may be tried again.
 * `never`: this input will fail again, others may succeed.
 */
export interface FailurePolicy {
  readonly retry: 'timed' | 'manual' | 'never';
  /** For the operator, one sentence. */
  readonly remedy: string;
}

/**
 * The one place that decides whether a failure is tried again, and what the operator is told.
 * A failure that wraps another is judged by the outermost one that is known here; its own remedy, if it has one, is kept.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function policyFor(failure: unknown): FailurePolicy {
  const chain = causesOf(failure);
  const [known] = chain.map(knownPolicy).filter((policy) => policy !== undefined);
  const [ours] = chain.filter((link) => link instanceof BanyanError);
  if (ours) return { retry: known?.retry ?? 'manual', remedy: ours.remedy };
  return known ?? unknown;
}

const deepestCause = 8;

function causesOf(failure: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let link = failure; link !== undefined && chain.length < deepestCause;) {
    chain.push(link);
    link = link instanceof Error ? link.cause : undefined;
  }
  return chain;
}

function knownPolicy(failure: unknown): FailurePolicy | undefined {
  const code = codeOf(failure);
  return byCode[code] ?? byStateClass[sqlStateClass(code)] ?? policyOfDriver(failure);
}

function sqlStateClass(code: string): string {
  return /^[0-9A-Z]{5}$/.test(code) ? code.slice(0, 2) : '';
}

/** What libraries report without a code. */
function policyOfDriver(failure: unknown): FailurePolicy | undefined {
  if (!(failure instanceof Error)) return undefined;
  // AbortSignal.timeout rejects with a DOMException of this name.
  if (failure.name === 'TimeoutError') return slow;
  // node-postgres has no code for a connection that ended, or that it could not get in time.
  if (/connection (terminated|ended|error)|timeout exceeded|read timeout|not queryable/i.test(failure.message))
    return unreachable;
  // kafkajs says itself whether the broker recovers.
  return 'retriable' in failure && failure.retriable === true ? unreachable : undefined;
}

const timed = (remedy: string): FailurePolicy => ({ retry: 'timed', remedy });
const manual = (remedy: string): FailurePolicy => ({ retry: 'manual', remedy });
const never = (remedy: string): FailurePolicy => ({ retry: 'never', remedy });

const unknown = never('This failure is not known; read the log line and report it with its stack.');
const unreachable = timed('Check that the server runs and can be reached from here.');
const slow = timed('The other side is slow; look at its load before the timeout is raised.');
const restarting = timed('The database is starting or stopping; wait for it.');
const collided = timed('Two transactions collided; it is tried again.');
const crowded = timed('A server or this process is out of a resource: connections, files, memory or disk.');
const badCertificate = manual('Correct the certificate, or the trusted authorities.');
const noAccess = manual('Grant this process access to the file or port.');
const wrongLogin = manual('Check the user, the password and the grants.');
const wrongSchema = manual('Run the migrations, or grant the missing privilege.');
const wrongProgram = manual('The program used the database wrongly; report it with the log line.');
const wrongServer = manual('Check the settings and the state of the database server.');
const badValue = never('The value does not fit the table; correct the row or the translation.');
const refusedRow = never('A constraint or trigger refuses the row; correct the data, then redrive.');

const byCode: Readonly<Record<string, FailurePolicy>> = {
  DEADLINE_PASSED: slow,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ECONNABORTED: unreachable,
  EPIPE: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  UND_ERR_CONNECT_TIMEOUT: unreachable,
  UND_ERR_SOCKET: unreachable,
  UND_ERR_HEADERS_TIMEOUT: slow,
  UND_ERR_BODY_TIMEOUT: slow,
  EADDRNOTAVAIL: crowded,
  EMFILE: crowded,
  ENFILE: crowded,
  ENOSPC: crowded,
  EADDRINUSE: manual('Stop the process that holds the port, or choose another port.'),
  EACCES: noAccess,
  EPERM: noAccess,
  ENOENT: manual('Create the missing file or folder, or correct its path.'),
  CERT_HAS_EXPIRED: badCertificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: badCertificate,
  SELF_SIGNED_CERT_IN_CHAIN: badCertificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: badCertificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: badCertificate,
  ERR_TLS_CERT_ALTNAME_INVALID: badCertificate,
  '25006': timed('The server is read-only: a standby, or a fail-over is going on; check the host in the URL.'),
  '25P03': timed('The transaction was idle for too long and was ended.'),
  '3D000': manual('Create the database, or correct its name in the URL.'),
  '40002': refusedRow,
  '53400': wrongServer,
  '55006': timed('Another process holds the slot or origin; stop it, or wait until it lets go.'),
  '55P03': collided,
  '57014': timed('The statement was cancelled; raise the timeout if it happens again.'),
  '57P04': manual('The database was dropped; restore it, or correct its name in the URL.'),
};

// Every class of the appendix that reports an error. A class that is not listed was made up by a trigger for one row.
const byStateClass: Readonly<Record<string, FailurePolicy>> = {
  '03': wrongProgram,
  '08': unreachable,
  '09': refusedRow,
  '0A': wrongProgram,
  '0B': wrongProgram,
  '0F': wrongProgram,
  '0L': wrongLogin,
  '0P': wrongLogin,
  '20': refusedRow,
  '21': badValue,
  '22': badValue,
  '23': refusedRow,
  '24': wrongProgram,
  '25': wrongProgram,
  '26': wrongProgram,
  '27': refusedRow,
  '28': wrongLogin,
  '2B': wrongProgram,
  '2D': wrongProgram,
  '2F': wrongProgram,
  '34': wrongProgram,
  '38': wrongProgram,
  '39': wrongProgram,
  '3B': wrongProgram,
  '3D': wrongSchema,
  '3F': wrongSchema,
  '40': collided,
  '42': wrongSchema,
  '44': refusedRow,
  '53': crowded,
  '54': badValue,
  '55': wrongServer,
  '57': restarting,
  '58': wrongServer,
  F0: wrongServer,
  HV: wrongServer,
  P0: refusedRow,
  XX: wrongServer,
};
