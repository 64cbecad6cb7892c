import type { Finding } from '../../problem/finding.ts';
import { routesOf, type Validator } from './validator.ts';

/** Only what GET answers is kept; HEAD is answered from it. */
export const cacheNeedsGet: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    const methods = (rule.methods ?? []).filter((method) => method !== undefined);
    const isOnlyRead = methods.every((method) => method === 'GET' || method === 'HEAD');
    if (rule.cache === undefined || (isOnlyRead && rule.access !== 'write')) return [];
    const message = 'Answers are kept only where GET reads.';
    const remedy = 'Give GET a route of its own, and say "cache" there.';
    return [{ code: 'cache-needs-get', path: [...path, 'cache'], isAboutKey: true, message, remedy }];
  });
