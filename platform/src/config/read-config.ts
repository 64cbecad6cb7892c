import { BanyanError } from '../banyan-error.ts';
import type { Field } from './fields.ts';
import { Secret } from './secret.ts';

export type ConfigSpec = Readonly<Record<string, Field<unknown>>>;
export type ConfigOf<S extends ConfigSpec> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

/** Every bad key of one process's configuration, at once. */
export class ConfigError extends BanyanError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      'CONFIG_INVALID',
      `The configuration has ${problems.length} bad key(s):\n${problems.map((line) => `  ${line}`).join('\n')}`,
      {
        remedy: 'Set the listed environment variables and start again.',
      },
    );
    this.problems = problems;
  }
}

/**
 * Reads all keys of `spec` from `env`.
 *
 * @throws {ConfigError} listing every missing or bad key with an example; values of secrets are not repeated
 */
export function readConfig<S extends ConfigSpec>(spec: S, env: NodeJS.ProcessEnv): ConfigOf<S> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(spec)) values[name] = readField(field, env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values) as ConfigOf<S>;
}

function readField(field: Field<unknown>, env: NodeJS.ProcessEnv, problems: string[]): unknown {
  const given = env[field.key];
  if (given === undefined || given === '') {
    if ('fallback' in field) return field.fallback;
    problems.push(`${field.key}: missing (${field.about}); example ${field.key}=${field.example}`);
    return undefined;
  }
  const parsed = field.parse(given);
  if (parsed.kind === 'ok') return parsed.value;
  problems.push(`${field.key}: ${parsed.why}; example ${field.key}=${field.example}`);
  return undefined;
}

/** One row per key, for the generated reference. */
export function describeConfig(
  spec: ConfigSpec,
): readonly { key: string; shape: string; fallback: string; about: string }[] {
  return Object.values(spec).map(({ key, shape, about, ...field }) => ({
    key,
    shape,
    about,
    fallback: 'fallback' in field ? printed(field.fallback) : 'required',
  }));
}

function printed(value: unknown): string {
  if (value === undefined) return 'unset';
  if (typeof value === 'string') return value;
  if (value instanceof Secret) return value.toString();
  return Array.isArray(value) ? value.join(',') : JSON.stringify(value);
}
