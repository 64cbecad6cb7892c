import { LegacyError } from './legacy-error.ts';

export interface MonolithConfig {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly logLevel: string;
  /** Sample data is written when there is no user yet. */
  readonly isSeeded: boolean;
  readonly seedTripCount: number;
  /** Age at which the nightly sweep cancels a requested trip. */
  readonly sweepOlderThanMinutes: number;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Problems = string[];

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** @throws {LegacyError} LEGACY_CONFIG with every bad key at once */
export function readConfig(env: Environment = process.env): MonolithConfig {
  const problems: Problems = [];
  const integer = integerReader(env, problems);
  const config: MonolithConfig = {
    host: env['LEGACY_HOST'] ?? '127.0.0.1',
    port: integer('LEGACY_PORT', 3000, [0, 65_535]),
    databaseUrl: databaseUrl(env['LEGACY_DATABASE_URL'], problems),
    poolSize: integer('LEGACY_POOL_SIZE', 10, [2, 200]),
    logLevel: oneOf('LEGACY_LOG_LEVEL', env['LEGACY_LOG_LEVEL'] ?? 'info', logLevels, problems),
    isSeeded: oneOf('LEGACY_SEED', env['LEGACY_SEED'] ?? 'true', ['true', 'false'], problems) === 'true',
    seedTripCount: integer('LEGACY_SEED_TRIPS', 20_000, [0, 1_000_000]),
    sweepOlderThanMinutes: integer('LEGACY_SWEEP_OLDER_THAN_MINUTES', 1_440, [0, 5_256_000]),
  };
  if (problems.length > 0) throw new LegacyError('LEGACY_CONFIG', problems.join('\n'));
  return config;
}

function databaseUrl(given: string | undefined, problems: Problems): string {
  // The value may hold a password: the message must not repeat it.
  if (given === undefined || !/^postgres(ql)?:\/\/./.test(given) || !URL.canParse(given)) {
    const what = given === undefined ? 'missing' : 'no Postgres URL';
    problems.push(`LEGACY_DATABASE_URL: ${what}; example postgres://fleet:secret@localhost:5432/legacy`);
  }
  return given ?? '';
}

function integerReader(env: Environment, problems: Problems) {
  return (key: string, standard: number, [min, max]: readonly [number, number]): number => {
    const given = env[key];
    if (given === undefined || given === '') return standard;
    const value = /^\d{1,9}$/.test(given) ? Number(given) : NaN;
    if (value >= min && value <= max) return value;
    problems.push(`${key}: "${given}" is no whole number in ${min}..${max}`);
    return standard;
  };
}

function oneOf(key: string, given: string, allowed: readonly string[], problems: Problems): string {
  if (!allowed.includes(given)) problems.push(`${key}: "${given}" is none of ${allowed.join(', ')}`);
  return given;
}
