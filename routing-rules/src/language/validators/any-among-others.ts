import type { Finding } from '../../problem/finding.ts';
import { routesOf, type Validator } from './validator.ts';

export const anyAmongOthers: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule: { methods = [] }, path }): readonly Finding[] => {
    if (!methods.includes('ANY') || methods.length === 1) return [];
    const message = 'ANY stands among other methods.';
    return [
      { code: 'any-among-others', path: [...path, 'methods'], message, remedy: 'Write [ANY] alone, or leave it out.' },
    ];
  });
