import type { Finding } from '../../problem/finding.ts';
import { routesOf, type Validator } from './validator.ts';

/** Logs, metrics and tests know a route by its id alone. */
export const duplicateId: Validator = (draft) => {
  const seen = new Set<string>();
  return routesOf(draft).flatMap(({ rule: { id }, path }): readonly Finding[] => {
    if (id === undefined) return [];
    const isNew = !seen.has(id);
    seen.add(id);
    if (isNew) return [];
    return [
      {
        code: 'duplicate-id',
        path: [...path, 'id'],
        message: `Another route above is called "${id}".`,
        remedy: 'Give each route its own id.',
      },
    ];
  });
};
