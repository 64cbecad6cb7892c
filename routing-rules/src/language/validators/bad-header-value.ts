import type { Finding } from '../../problem/finding.ts';
import { headerChangesOf } from './transform-layers.ts';
import type { Validator } from './validator.ts';

/** RFC 9110 5.5, without what is obsolete there: visible ASCII, with single spaces or tabs inside. */
const fieldValue = /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/;
const mostHeaders = 32;

export const badHeaderValue: Validator = (draft) =>
  headerChangesOf(draft).flatMap(({ changes, path }): readonly Finding[] => {
    const values = Object.entries(changes.set ?? {});
    const bad = values.flatMap(([name, value]): readonly Finding[] =>
      value === undefined || fieldValue.test(value) ? [] : [badValue(name, [...path, 'set', name])],
    );
    return values.length <= mostHeaders ? bad : [...bad, tooMany(values.length, [...path, 'set'])];
  });

function badValue(name: string, path: Finding['path']): Finding {
  return {
    code: 'bad-header-value',
    path,
    message: `The value of "${name}" cannot stand in a header.`,
    remedy: 'Use visible ASCII characters, with spaces only between them.',
  };
}

function tooMany(count: number, path: Finding['path']): Finding {
  const message = `${count} headers are above ${mostHeaders}.`;
  return { code: 'out-of-range', path, message, remedy: `Set at most ${mostHeaders} headers.` };
}
