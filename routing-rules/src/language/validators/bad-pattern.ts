import type { Finding } from '../../problem/finding.ts';
import { parsePathPattern } from '../../path/path-pattern.ts';
import { routesOf, type Validator } from './validator.ts';

export const badPattern: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    const reading = rule.path === undefined ? undefined : parsePathPattern(rule.path);
    if (reading?.kind !== 'bad') return [];
    return [{ code: 'bad-pattern', path: [...path, 'path'], message: reading.message, remedy: reading.remedy }];
  });
