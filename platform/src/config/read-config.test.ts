import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { boolean, integer, list, oneOf, optional, port, postgresUrl, secret, text, url, type Field } from './fields.ts';
import { ConfigError, describeConfig, readConfig } from './read-config.ts';
import { Secret } from './secret.ts';

const about = 'something';

function valueOf<T>(field: Field<T>, given: string): T {
  return readConfig({ it: field }, { [field.key]: given }).it;
}
function problemsOf(spec: Parameters<typeof readConfig>[0], env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(spec, env);
  } catch (err) {
    if (err instanceof ConfigError) return err.problems;
    throw err;
  }
  return [];
}

describe('a field reads', () => {
  test.each<[string, Field<unknown>, string, unknown]>([
    ['text', text('A', { about }), 'as it is ', 'as it is '],
    ['a port', port('A', { about }), '8080', 8080],
    ['port 0, a free one', port('A', { about }), '0', 0],
    ['an integer', integer('A', { about }), '12', 12],
    ['a negative integer in its range', integer('A', { about, min: -5 }), '-5', -5],
    ['a boolean', boolean('A', { about }), 'false', false],
    ['one of several', oneOf('A', ['embedded', 'kafka'], { about }), 'kafka', 'kafka'],
    ['a URL', url('A', { about, protocols: ['https:'] }), 'https://a.example/b', 'https://a.example/b'],
    ['a list, without its empty parts', list('A', { about }), 'a, b,,c ', ['a', 'b', 'c']],
    ['an optional one', optional(integer('A', { about })), '3', 3],
  ])('%s', (_name, field, given, value) => {
    expect(valueOf(field, given)).toEqual(value);
  });

  test('secrets, whose value only reveal() gives', () => {
    expect(valueOf(secret('A', { about }), 'hush').reveal()).toBe('hush');
    expect(valueOf(postgresUrl('A', { about }), 'postgres://u:p@h/d').reveal()).toBe('postgres://u:p@h/d');
  });
});

describe('a field refuses', () => {
  test.each<[string, Field<unknown>, string, string]>([
    ['a port with letters', port('A', { about }), '80x', 'A: "80x" is not a whole number in 0..65535; example A=8080'],
    [
      'a port out of range',
      port('A', { about }),
      '65536',
      'A: "65536" is not a whole number in 0..65535; example A=8080',
    ],
    ['a fraction', integer('A', { about }), '1.5', 'A: "1.5" is not a whole number in 0 or more; example A=1'],
    [
      'a number below the least',
      integer('A', { about, min: 3 }),
      '2',
      'A: "2" is not a whole number in 3 or more; example A=3',
    ],
    [
      'a number that JavaScript rounds',
      integer('A', { about }),
      '9007199254740993',
      'A: "9007199254740993" is not a whole number in 0 or more; example A=1',
    ],
    ['a boolean in other words', boolean('A', { about }), 'yes', 'A: "yes" is neither true nor false; example A=true'],
    ['a value that is not offered', oneOf('A', ['x', 'y'], { about }), 'z', 'A: "z" is none of x, y; example A=x'],
    ['a relative URL', url('A', { about }), '/b', 'A: is not an absolute URL; example A=http://127.0.0.1:3000'],
    [
      'a URL of another protocol',
      url('A', { about, protocols: ['http:'] }),
      'ftp://a',
      'A: must start with http:; example A=http://127.0.0.1:3000',
    ],
  ])('%s', (_name, field, given, problem) => {
    expect(problemsOf({ it: field }, { A: given })).toEqual([problem]);
  });
});

describe('a configuration', () => {
  const spec = {
    listenPort: port('APP_PORT', { about: 'where it listens', fallback: 3000 }),
    databaseUrl: postgresUrl('APP_DATABASE_URL', { about: 'the database' }),
    queueLimit: integer('APP_QUEUE_LIMIT', { about: 'how many wait', min: 1 }),
    backupDirectory: optional(text('APP_BACKUP_DIR', { about: 'where flags are kept' })),
  };

  test('takes fallbacks for what is missing or empty, and cannot be changed', () => {
    const config = readConfig(spec, { APP_DATABASE_URL: 'postgres://h/d', APP_QUEUE_LIMIT: '5', APP_PORT: '' });
    expect(config).toMatchObject({ listenPort: 3000, queueLimit: 5, backupDirectory: undefined });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('lists every bad and missing key at once, each with an example', () => {
    const bad = { APP_PORT: '80x', APP_QUEUE_LIMIT: '0' };
    expect(problemsOf(spec, bad)).toEqual([
      'APP_PORT: "80x" is not a whole number in 0..65535; example APP_PORT=8080',
      'APP_DATABASE_URL: missing (the database); example APP_DATABASE_URL=postgres://user:password@127.0.0.1:5432/name',
      'APP_QUEUE_LIMIT: "0" is not a whole number in 1 or more; example APP_QUEUE_LIMIT=1',
    ]);
    expect(() => readConfig(spec, bad)).toThrow(
      /3 bad key\(s\):\n {2}APP_PORT.*\n {2}APP_DATABASE_URL.*\n {2}APP_QUEUE/,
    );
  });

  test('never repeats the value of a bad secret', () => {
    const [problem] = problemsOf({ it: postgresUrl('A', { about }) }, { A: 'mysql://root:hunter2@h/d' });
    expect(problem).toContain('must start with postgres: or postgresql:');
    expect(problem).not.toContain('hunter2');
  });

  test('describes each key for the reference, without secrets', () => {
    const described = describeConfig({
      ...spec,
      token: secret('APP_TOKEN', { about: 'opens the door', fallback: new Secret('hunter2') }),
      brokers: list('APP_BROKERS', { about: 'where Kafka is', fallback: ['a:1', 'b:2'] }),
    });
    expect(described.map(({ key, shape, fallback }) => [key, shape, fallback])).toEqual([
      ['APP_PORT', 'port (0..65535)', '3000'],
      ['APP_DATABASE_URL', 'Postgres URL', 'required'],
      ['APP_QUEUE_LIMIT', 'integer (1 or more)', 'required'],
      ['APP_BACKUP_DIR', 'text', 'unset'],
      ['APP_TOKEN', 'secret', '[secret]'],
      ['APP_BROKERS', 'comma-separated list', 'a:1,b:2'],
    ]);
  });
});

test('a secret prints as [secret] wherever it goes', () => {
  const it = new Secret('hunter2');
  expect([it.toString(), JSON.stringify({ it }), inspect({ it }), inspect(it, { showHidden: true })].join(' ')).toBe(
    '[secret] {"it":"[secret]"} { it: [secret] } [secret]',
  );
});
