import { describe, expect, test } from 'vitest';
import { BanyanError } from './banyan-error.ts';
import { policyFor } from './failure-policy.ts';

const coded = (code: string, cause?: unknown): Error => Object.assign(new TypeError('failed', { cause }), { code });
const ours = (code: string, cause?: unknown): BanyanError => new BanyanError(code, 'x', { remedy: 'Do this.', cause });

describe('a failure is tried again after a pause', () => {
  test.each([
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'connection reset'],
    ['ENOTFOUND', 'name not resolved'],
    ['EMFILE', 'too many open files'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect timeout of fetch'],
    ['UND_ERR_HEADERS_TIMEOUT', 'answer timeout of fetch'],
    ['DEADLINE_PASSED', 'our own deadline'],
    ['08006', 'connection failure'],
    ['25006', 'read-only server'],
    ['40001', 'serialization failure'],
    ['40P01', 'deadlock'],
    ['53300', 'too many connections'],
    ['55006', 'slot in use'],
    ['55P03', 'lock not available'],
    ['57014', 'statement timeout'],
    ['57P01', 'server shutdown'],
    ['57P03', 'server starts'],
  ])('for %s (%s)', (code) => {
    expect(policyFor(coded(code)).retry).toBe('timed');
  });

  test.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ])('for "%s" of node-postgres, which has no code', (message) => {
    expect(policyFor(new TypeError(message)).retry).toBe('timed');
  });

  test('for a fetch that ran into its timeout', async () => {
    const signal = AbortSignal.timeout(0);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(policyFor(signal.reason).retry).toBe('timed');
  });

  test('for a failure that kafkajs calls retriable', () => {
    expect(policyFor(Object.assign(new TypeError('no leader'), { retriable: true })).retry).toBe('timed');
  });
});

describe('a failure waits for a person', () => {
  test.each([
    ['28P01', 'wrong password'],
    ['3D000', 'no such database'],
    ['42P01', 'no such table'],
    ['42501', 'missing privilege'],
    ['53400', 'configuration limit'],
    ['55000', 'wrong wal_level'],
    ['57P04', 'database dropped'],
    ['XX001', 'corrupted data'],
    ['EADDRINUSE', 'port taken'],
    ['EACCES', 'no access'],
    ['CERT_HAS_EXPIRED', 'expired certificate'],
  ])('for %s (%s)', (code) => {
    expect(policyFor(coded(code)).retry).toBe('manual');
  });

  test('for an error of ours that says nothing else', () => {
    expect(policyFor(ours('MIGRATION_CHANGED'))).toEqual({ retry: 'manual', remedy: 'Do this.' });
  });

  test('for a failure that kafkajs calls final, unless its cause passes', () => {
    const exceeded = (cause: Error): Error =>
      Object.assign(new TypeError('retries exceeded', { cause }), { retriable: false });
    expect(policyFor(exceeded(coded('42P01'))).retry).toBe('manual');
    expect(policyFor(exceeded(coded('ECONNREFUSED'))).retry).toBe('timed');
  });
});

describe('the same input is not tried again', () => {
  test.each([
    ['21000', 'two rows of one key'],
    ['22003', 'number out of range'],
    ['23505', 'unique violation'],
    ['23503', 'foreign key violation'],
    ['44000', 'check option'],
    ['54000', 'row too large'],
    ['P0001', 'raised by a trigger'],
    ['ZX001', 'a code that a trigger made up'],
  ])('for %s (%s)', (code) => {
    expect(policyFor(coded(code)).retry).toBe('never');
  });

  test.each([[new TypeError('x is not a function')], ['text'], [null], [undefined], [{}]])('for %o', (failure) => {
    expect(policyFor(failure).retry).toBe('never');
  });
});

describe('a failure that wraps another', () => {
  test('is judged by its cause and keeps its own remedy', () => {
    expect(policyFor(ours('CAPTURE_LOST', coded('ECONNRESET')))).toEqual({ retry: 'timed', remedy: 'Do this.' });
  });

  test('is judged through a wrapper that knows nothing: fetch hides the code in its cause', () => {
    expect(policyFor(new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })).retry).toBe('timed');
  });

  test('is judged by the outermost known code', () => {
    expect(policyFor(coded('23505', coded('ECONNRESET'))).retry).toBe('never');
  });

  test('is judged in finite time when it is its own cause', () => {
    const err = new TypeError('round');
    err.cause = err;
    expect(policyFor(err).retry).toBe('never');
  });
});

test('every remedy is one sentence', () => {
  const remedies = ['ECONNREFUSED', '40001', '53100', '22001', '23505', '28000', '42P01', 'XX000', 'nothing'].map(
    (code) => policyFor(coded(code)).remedy,
  );
  for (const remedy of remedies) expect(remedy).toMatch(/^[A-Z].*\.$/);
});
