import { expect, test } from 'vitest';
import { postgresFailure } from './postgres-failure.ts';

test.each([
  ['could not bind IPv4 address "127.0.0.1": Address already in use', 'POSTGRES_PORT_TAKEN'],
  ['PANIC:  could not write to file "pg_wal/xlogtemp.12": No space left on device', 'POSTGRES_DISK_FULL'],
  ['FATAL:  database files are incompatible with server', 'POSTGRES_OTHER_VERSION'],
  ['FATAL:  lock file "postmaster.pid" already exists', 'POSTGRES_ALREADY_RUNS'],
  ['FATAL:  could not resize shared memory segment "/PostgreSQL.1": No space', 'POSTGRES_NO_MEMORY'],
])('"%s" is %s', (line, code) => {
  const failure = postgresFailure(['LOG:  starting PostgreSQL', line], '/data');
  expect(failure).toMatchObject({ code, concerning: '/data' });
});

test('an unknown reason is told with the last lines', () => {
  const failure = postgresFailure(['FATAL:  something new'], '/data');
  expect(failure).toMatchObject({
    code: 'POSTGRES_FAILED',
    message: expect.stringContaining('something new') as string,
  });
});
