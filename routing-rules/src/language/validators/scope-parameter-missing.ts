import type { Finding } from '../../problem/finding.ts';
import { suggestion } from '../../problem/did-you-mean.ts';
import { parameterNames, parsePathPattern } from '../../path/path-pattern.ts';
import { routesOf, type Validator } from './validator.ts';

/** A scope from the path must be one of the path's parameters. */
export const scopeParameterMissing: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    if (rule.scope?.from !== 'path' || rule.scope.name === undefined || rule.path === undefined) return [];
    const pattern = parsePathPattern(rule.path);
    if (pattern.kind === 'bad') return [];
    const { name } = rule.scope;
    const names = parameterNames(pattern.segments.filter(({ kind }) => kind === 'parameter'));
    if (names.includes(name)) return [];
    const message = `The path "${rule.path}" has no parameter "${name}".`;
    const remedy =
      names.length === 0 ? 'Take the scope from the subject, or add the parameter.' : suggestion(name, names);
    return [{ code: 'scope-parameter-missing', path: [...path, 'scope', 'name'], message, remedy }];
  });
