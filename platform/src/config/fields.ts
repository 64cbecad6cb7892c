import { Secret } from './secret.ts';

type Parsed<T> = { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'bad'; readonly why: string };

/** One environment variable: its name, how its text becomes a value, and how to describe it. */
export interface Field<T> {
  readonly key: string;
  readonly shape: string;
  readonly about: string;
  /** Shown when the value is missing or wrong. */
  readonly example: string;
  /** Undefined means required. */
  readonly fallback?: T;
  readonly parse: (text: string) => Parsed<T>;
}

interface Options<T> {
  readonly about: string;
  readonly fallback?: T;
  readonly example?: string;
}
interface Range {
  readonly min?: number;
  readonly max?: number;
}

const ok = <T>(value: T): Parsed<T> => ({ kind: 'ok', value });
const bad = (why: string): Parsed<never> => ({ kind: 'bad', why });

export function text(key: string, options: Options<string>): Field<string> {
  return { key, shape: 'text', example: 'text', ...options, parse: ok };
}

/** A value that never prints; see {@link Secret}. */
export function secret(key: string, options: Options<Secret>): Field<Secret> {
  return { key, shape: 'secret', example: 'a-long-random-text', ...options, parse: (value) => ok(new Secret(value)) };
}

/** A TCP port; 0 asks the system for a free one. */
export function port(key: string, options: Options<number>): Field<number> {
  return {
    ...integer(key, { ...options, min: 0, max: 65535 }),
    shape: 'port (0..65535)',
    example: options.example ?? '8080',
  };
}

/** A whole number. Give the unit in the key: `..._MS`, `..._BYTES`, `..._COUNT`. */
export function integer(
  key: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER, ...options }: Options<number> & Range,
): Field<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min}..${max}`;
  const parse = (value: string): Parsed<number> => {
    const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? ok(number) : bad(`"${value}" is not a whole number in ${range}`);
  };
  return { key, shape: `integer (${range})`, example: String(Math.max(min, 1)), ...options, parse };
}

export function boolean(key: string, options: Options<boolean>): Field<boolean> {
  const parse = (value: string): Parsed<boolean> =>
    value === 'true' || value === 'false' ? ok(value === 'true') : bad(`"${value}" is neither true nor false`);
  return { key, shape: 'true or false', example: 'true', ...options, parse };
}

export function oneOf<T extends string>(key: string, values: readonly T[], options: Options<T>): Field<T> {
  const parse = (value: string): Parsed<T> => {
    const found = values.find((candidate) => candidate === value);
    return found === undefined ? bad(`"${value}" is none of ${values.join(', ')}`) : ok(found);
  };
  return { key, shape: values.join(' | '), example: values[0] ?? '', ...options, parse };
}

/** An absolute URL; `protocols` such as `['http:', 'https:']` narrows it. */
export function url(
  key: string,
  { protocols, ...options }: Options<string> & { readonly protocols?: readonly string[] },
): Field<string> {
  const example = options.example ?? `${protocols?.[0] ?? 'http:'}//127.0.0.1:3000`;
  const parse = (value: string): Parsed<string> => {
    if (!URL.canParse(value)) return bad('is not an absolute URL');
    const { protocol } = new URL(value);
    if (protocols && !protocols.includes(protocol)) return bad(`must start with ${protocols.join(' or ')}`);
    return ok(value);
  };
  return { key, shape: 'URL', ...options, example, parse };
}

/** A Postgres URL. It may hold a password, so it is a {@link Secret}. */
export function postgresUrl(key: string, options: Options<Secret>): Field<Secret> {
  const inner = url(key, { about: options.about, protocols: ['postgres:', 'postgresql:'] });
  const parse = (value: string): Parsed<Secret> => {
    const parsed = inner.parse(value);
    return parsed.kind === 'ok' ? ok(new Secret(parsed.value)) : parsed;
  };
  return { key, shape: 'Postgres URL', example: 'postgres://user:password@127.0.0.1:5432/name', ...options, parse };
}

/** Texts separated by commas; empty parts are dropped. */
export function list(key: string, options: Options<readonly string[]>): Field<readonly string[]> {
  const parse = (value: string): Parsed<readonly string[]> =>
    ok(
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    );
  return { key, shape: 'comma-separated list', example: 'one,two', ...options, parse };
}

/** The same field, undefined when the variable is not set. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return { ...field, fallback: undefined };
}
