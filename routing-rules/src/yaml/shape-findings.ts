import type { z } from 'zod';
import { suggestion } from '../problem/did-you-mean.ts';
import type { Finding, KeyPath } from '../problem/finding.ts';
import { schemaPlace } from './json-schema-walk.ts';

export interface Checked {
  readonly schema: z.ZodType;
  readonly value: unknown;
}

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue['code']> = Extract<Issue, { code: Code }>;

/** Says what zod found in words of the file, with a remedy. */
export function findingsOfIssue(issue: Issue, checked: Checked): readonly Finding[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, path, checked.schema);
  if (valueAt(checked.value, path) === undefined) return [missing(path, checked.schema)];
  return [wrongValue(issue, path, checked)];
}

function unknownKeys(issue: IssueOf<'unrecognized_keys'>, path: KeyPath, schema: z.ZodType): readonly Finding[] {
  const { keys } = schemaPlace(schema, path);
  return issue.keys.map((key) => ({
    code: 'unknown-key',
    path: [...path, key],
    isAboutKey: true,
    message: `There is no key "${key}" here.`,
    remedy: suggestion(key, keys),
  }));
}

function missing(path: KeyPath, schema: z.ZodType): Finding {
  const { description } = schemaPlace(schema, path);
  return {
    code: 'missing',
    path,
    message: path.length === 0 ? 'The file is empty.' : `"${String(path.at(-1))}" is missing.`,
    remedy: `Add it.${description === undefined ? '' : ` ${description}`}`,
  };
}

function wrongValue(issue: Issue, path: KeyPath, { schema, value }: Checked): Finding {
  const actual = valueAt(value, path);
  const advice = schemaPlace(schema, path).description ?? 'See the guide to rules.';
  switch (issue.code) {
    case 'invalid_value':
      return unknownValue(path, actual, issue.values.map(String));
    case 'invalid_union':
      if ('options' in issue) return unknownValue(path, actual, issue.options.map(String));
      return { code: 'wrong-type', path, message: `${show(actual)} does not fit here.`, remedy: advice };
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
      return { code: 'out-of-range', path, message: `${show(actual)} ${boundOf(issue)}.`, remedy: advice };
    case 'invalid_format':
      return {
        code: 'bad-name',
        path,
        message: `${show(actual)} is no name that can stand here.`,
        remedy: issue.message,
      };
    default:
      return { code: 'wrong-type', path, message: `This is ${kindOf(actual)}${expectedOf(issue)}.`, remedy: advice };
  }
}

function unknownValue(path: KeyPath, actual: unknown, values: readonly string[]): Finding {
  const message = `${show(actual)} is not one of ${values.join(', ')}.`;
  const remedy = typeof actual === 'string' ? suggestion(actual, values) : `Use one of: ${values.join(', ')}.`;
  return { code: 'unknown-value', path, message, remedy };
}

function boundOf(issue: IssueOf<'too_small' | 'too_big' | 'not_multiple_of'>): string {
  if (issue.code === 'not_multiple_of') return `is not a multiple of ${issue.divisor}`;
  const isCounted = issue.origin === 'string' || issue.origin === 'array';
  if (issue.code === 'too_small') return isCounted ? 'is empty' : `is below ${String(issue.minimum)}`;
  return isCounted ? 'is too long' : `is above ${String(issue.maximum)}`;
}

function expectedOf(issue: Issue): string {
  if (issue.code !== 'invalid_type') return '';
  const names: Readonly<Record<string, string>> = { object: 'a map', record: 'a map', array: 'a list', string: 'text' };
  return `, but must be ${names[issue.expected] ?? `a ${issue.expected}`}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a map'
    : `the ${typeof value === 'string' ? 'text' : typeof value} ${show(value)}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let at = value;
  for (const step of path)
    at =
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string | number, unknown>)[step]
        : undefined;
  return at;
}
