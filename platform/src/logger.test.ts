import { describe, expect, test } from 'vitest';
import { BanyanError } from './banyan-error.ts';
import { Secret } from './config/secret.ts';
import { createLogger, type LogFields } from './logger.ts';
import { captureLog } from './testing/index.ts';

function lineFor(fields: LogFields, message = 'it happened') {
  const { log, lines } = captureLog();
  log.info(fields, message);
  const [line] = lines;
  return line as Record<string, unknown>;
}

describe('a log line', () => {
  test('has time, level, process, event and message', () => {
    expect(lineFor({ event: 'rules.replaced', ruleCount: 3 })).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      name: 'test',
      event: 'rules.replaced',
      ruleCount: 3,
      msg: 'it happened',
    });
  });

  test('below the level is not written', () => {
    const written: string[] = [];
    const log = createLogger({ name: 'x', level: 'warn', destination: { write: (line) => void written.push(line) } });
    log.info({ event: 'a.b' }, 'quiet');
    log.warn({ event: 'a.b' }, 'loud');
    expect(written).toHaveLength(1);
  });

  test('hides the values of keys that name a secret, at any depth, whatever their spelling', () => {
    const line = lineFor({
      event: 'a.b',
      Authorization: 'Bearer 1',
      headers: { 'set-cookie': ['a=1'], host: 'h', 'x-api-key': 'k' },
      tries: [{ body: { accessToken: 't', id: 7 } }],
      url: new Secret('postgres://u:p@h/d'),
    });
    expect(line).toMatchObject({
      Authorization: '[redacted]',
      headers: { 'set-cookie': '[redacted]', host: 'h', 'x-api-key': '[redacted]' },
      tries: [{ body: { accessToken: '[redacted]', id: 7 } }],
      url: '[secret]',
    });
  });

  test('does not change what it was given', () => {
    const headers = { cookie: 'a=1' };
    lineFor({ event: 'a.b', headers });
    expect(headers).toEqual({ cookie: 'a=1' });
  });

  test('that is too long is cut to valid JSON that keeps what finds its cause', () => {
    const err = new BanyanError('TOO_MUCH', 'x'.repeat(5_000), { remedy: 'y' });
    const line = lineFor({ event: 'row.refused', err, rows: 'z'.repeat(100_000) }, 'm'.repeat(5_000));
    expect(line).toMatchObject({ level: 'info', name: 'test', event: 'row.refused', err: { code: 'TOO_MUCH' } });
    expect(line['cutFromLength']).toBeGreaterThan(100_000);
    expect(JSON.stringify(line).length).toBeLessThan(8_192);
  });
});

describe('an error in a log line', () => {
  test('shows code, message, remedy, stack and the chain of causes', () => {
    const cause = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' });
    const err = new BanyanError('SYNC_LOST', 'The way is lost.', { remedy: 'Wait.', concerning: 'trips', cause });
    expect(lineFor({ event: 'a.b', err })['err']).toMatchObject({
      type: 'BanyanError',
      code: 'SYNC_LOST',
      message: 'The way is lost.',
      remedy: 'Wait.',
      concerning: 'trips',
      stack: expect.stringContaining('logger.test.ts') as string,
      cause: { type: 'TypeError', code: 'ECONNREFUSED', message: 'refused' },
    });
  });

  test('shows the names that Postgres reports, never the values', () => {
    const err = Object.assign(new TypeError('duplicate key'), {
      code: '23505',
      severity: 'ERROR',
      table: 'vehicle',
      constraint: 'vehicle_plate_key',
      detail: 'Key (plate)=(12-3456) already exists.',
    });
    const line = lineFor({ event: 'a.b', err });
    expect(line['err']).toMatchObject({ code: '23505', table: 'vehicle', constraint: 'vehicle_plate_key' });
    expect(JSON.stringify(line)).not.toContain('12-3456');
  });

  test('never shows the body that a parser hangs on its error', () => {
    const err = Object.assign(new SyntaxError('bad JSON'), { body: 'card=4111' });
    expect(JSON.stringify(lineFor({ event: 'a.b', err }))).not.toContain('4111');
  });

  test('that is its own cause still ends', () => {
    const err = new TypeError('round');
    err.cause = err;
    expect(lineFor({ event: 'a.b', err })['err']).toMatchObject({ message: 'round', cause: { message: 'round' } });
  });

  test('that is no error at all is shown as text', () => {
    expect(lineFor({ event: 'a.b', err: 'boom' })['err']).toEqual({ message: 'boom' });
  });
});
