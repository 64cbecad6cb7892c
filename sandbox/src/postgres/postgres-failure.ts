import { BanyanError, type BanyanErrorDetail } from '@banyan/platform';

interface KnownFailure {
  readonly sign: RegExp;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const knownFailures: readonly KnownFailure[] = [
  {
    sign: /Address already in use|could not create any TCP\/IP sockets/,
    code: 'POSTGRES_PORT_TAKEN',
    message: 'The port of the embedded Postgres is taken.',
    remedy: 'Stop the program that listens there, or choose another port.',
  },
  {
    sign: /No space left on device|Disk quota exceeded/,
    code: 'POSTGRES_DISK_FULL',
    message: 'The disk is full.',
    remedy: 'Free some space (a sandbox needs about 1 GiB) and start again; nothing committed is lost.',
  },
  {
    sign: /database files are incompatible with server/,
    code: 'POSTGRES_OTHER_VERSION',
    message: 'The data folder was made by another major version of Postgres.',
    remedy: 'Start once with --fresh to make a new one; the data in it is lost.',
  },
  {
    sign: /lock file "postmaster\.pid" already exists/,
    code: 'POSTGRES_ALREADY_RUNS',
    message: 'Another Postgres runs on this data folder.',
    remedy: 'Stop the other sandbox first.',
  },
  {
    sign: /could not (create|resize|open) shared memory|Cannot allocate memory/,
    code: 'POSTGRES_NO_MEMORY',
    message: 'The system gives Postgres no memory.',
    remedy: 'Free memory, or in a container raise --shm-size.',
  },
];

/** Why Postgres or initdb ended, read from its last lines (in English: it is started with LC_ALL=C). */
export function postgresFailure(lastLines: readonly string[], concerning: string): BanyanError {
  const text = lastLines.join('\n');
  const known = knownFailures.find(({ sign }) => sign.test(text));
  const detail = (remedy: string): BanyanErrorDetail => ({ remedy, concerning });
  if (known) return new BanyanError(known.code, `${known.message} (${concerning})`, detail(known.remedy));
  const excerpt = lastLines.slice(-8).join('\n  ');
  return new BanyanError('POSTGRES_FAILED', `Postgres ended while it started (${concerning}):\n  ${excerpt}`, {
    ...detail('Read its last lines above; --fresh makes a new data folder when this one is damaged.'),
  });
}
