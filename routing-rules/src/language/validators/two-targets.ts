import type { Finding } from '../../problem/finding.ts';
import { routesOf, type Validator } from './validator.ts';

export const twoTargets: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    if (rule.capability === undefined || rule.upstream === undefined) return [];
    const remedy = 'Keep capability if the route moves, upstream if it stays where it is.';
    return [
      {
        code: 'two-targets',
        path: [...path, 'upstream'],
        isAboutKey: true,
        message: 'The route names a capability and an upstream.',
        remedy,
      },
    ];
  });
