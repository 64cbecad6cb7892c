import type { Finding } from '../../problem/finding.ts';
import { mirrorsOf } from './mirror-rules.ts';
import type { Validator } from './validator.ts';

/** A server that got each request twice would carry out each write twice. */
export const mirrorToItself: Validator = (draft) =>
  mirrorsOf(draft).flatMap(({ route, mirror, path }): readonly Finding[] => {
    if (route.capability !== undefined || route.aggregate !== undefined || mirror.upstream === undefined) return [];
    if (mirror.upstream !== (route.upstream ?? draft.defaults?.upstream)) return [];
    const message = `"${mirror.upstream}" serves the requests of this route itself.`;
    const remedy = 'Name another upstream, or take "mirror" out.';
    return [{ code: 'mirror-to-itself', path: [...path, 'upstream'], message, remedy }];
  });
