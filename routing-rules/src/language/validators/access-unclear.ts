import type { Finding } from '../../problem/finding.ts';
import { accessOf } from '../access.ts';
import { routesOf, type Validator } from './validator.ts';

export const accessUnclear: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    if (rule.capability === undefined || accessOf(rule) !== 'unclear') return [];
    const message = 'The methods of this route read and write.';
    return [
      {
        code: 'access-unclear',
        path: [...path, 'methods'],
        message,
        remedy: 'Split the route in two, or say "access: write".',
      },
    ];
  });
