import type { Place } from '../geo.ts';
import { rounded } from '../units.ts';
import { invalidRequest, type FieldProblem } from './refusal.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Largest value of a Postgres int. */
const maxInt = 2_147_483_647;
const anyId: Range = { min: 1, max: maxInt };
const isoWithZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
// Years 1..9999 on Seoul's clock.
const earliestMs = Date.parse('0001-01-01T00:00:00Z');
const latestMs = Date.parse('9999-12-31T15:00:00Z');
/** What Postgres cannot hold, or would silently replace: the zero character and halves of surrogate pairs. */
const unstorable = /[\0\p{Cs}]/u;

/**
 * Reads the fields of a body or a query. Every bad field is noted, and {@link readFields} refuses the request with all of them;
 * what a method returns for a bad field is never used.
 */
export class Fields {
  readonly problems: FieldProblem[] = [];
  readonly #source: Readonly<Record<string, unknown>>;
  readonly #prefix: string;

  constructor(source: unknown, prefix = '') {
    this.#prefix = prefix;
    this.#source = isRecord(source) ? source : {};
  }

  refuse(name: string, message: string): void {
    this.problems.push({ path: `${this.#prefix}${name}`, message });
  }

  /** Reads the field with `read` unless it is absent or null. */
  optional<T>(name: string, read: (name: string) => T): T | undefined {
    return this.#value(name) === undefined || this.#value(name) === null ? undefined : read(name);
  }

  /** Text of 1..max characters that is not blank. */
  text(name: string, max: number): string {
    const value = this.#value(name);
    const isText = typeof value === 'string' && /\S/.test(value) && !unstorable.test(value);
    if (isText && Array.from(value).length <= max) return value;
    this.refuse(name, `must be text of 1..${max} characters`);
    return '';
  }

  number(name: string, { min, max }: Range): number {
    const value = this.#value(name);
    if (typeof value === 'number' && value >= min && value <= max) return value;
    this.refuse(name, `must be a number in ${min}..${max}`);
    return 0;
  }

  integer(name: string, range: Range = anyId): number {
    return this.#whole(name, this.#value(name), range);
  }

  /** A whole number in a query or a path. */
  digits(name: string, range: Range = anyId): number {
    const value = this.#value(name);
    return this.#whole(name, typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value, range);
  }

  oneOf<W extends string>(name: string, words: readonly W[]): W {
    const value = this.#value(name);
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    this.refuse(name, `must be one of ${words.join(', ')}`);
    return '' as W;
  }

  moment(name: string): Date {
    const value = this.#value(name);
    const moment = new Date(typeof value === 'string' && isoWithZone.test(value) ? value : NaN);
    if (!isStorable(moment)) this.refuse(name, 'must be a moment in ISO 8601 with a zone, in the years 1..9999');
    return moment;
  }

  place(name: string): Place {
    return this.nested(name, readPlace);
  }

  places(name: string, { min, max }: Range): readonly Place[] {
    const value: unknown = this.#value(name);
    if (Array.isArray(value) && value.length >= min && value.length <= max)
      return value.map((item: unknown, index) => this.#inner(`${name}.${index}`, item, readPlace));
    this.refuse(name, `must be a list of ${min}..${max} places`);
    return [];
  }

  /** Reads the fields of an object in this one. */
  nested<T>(name: string, read: (fields: Fields) => T): T {
    return this.#inner(name, this.#value(name), read);
  }

  #whole(name: string, value: unknown, { min, max }: Range): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.refuse(name, `must be a whole number in ${min}..${max}`);
    return 0;
  }

  #inner<T>(name: string, value: unknown, read: (fields: Fields) => T): T {
    const inner = new Fields(value, `${this.#prefix}${name}.`);
    const result = read(inner);
    if (isRecord(value)) this.problems.push(...inner.problems);
    else this.refuse(name, 'must be an object');
    return result;
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#source, name) ? this.#source[name] : undefined;
  }
}

/** @throws {Refusal} 400 with every bad field */
export function readFields<T>(source: unknown, read: (fields: Fields) => T): T {
  if (!isRecord(source)) throw invalidRequest([{ path: '', message: 'must be a JSON object' }]);
  const fields = new Fields(source);
  const result = read(fields);
  if (fields.problems.length > 0) throw invalidRequest(fields.problems);
  return result;
}

/** Degrees, kept to the six decimals (11 cm) that the columns have. */
export function readPlace(fields: Fields): Place {
  return {
    lat: rounded(fields.number('lat', { min: -90, max: 90 }), 6),
    lon: rounded(fields.number('lon', { min: -180, max: 180 }), 6),
  };
}

/** @throws {Refusal} 400 when a part of the path is no id */
export function readId(params: Readonly<Record<string, string | string[]>>, name = 'id'): number {
  return readFields(params, (fields) => fields.digits(name));
}

/** False for an invalid date, too. */
export function isStorable(moment: Date): boolean {
  return moment.getTime() >= earliestMs && moment.getTime() < latestMs;
}

/** A positive Postgres int. */
export function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= maxInt;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
