import type { Finding } from '../../problem/finding.ts';
import { aggregatesOf } from './aggregate-parts.ts';
import type { Validator } from './validator.ts';

/** Its parts go where their own routes say; nothing else of such a route would have an effect. */
const others = ['capability', 'upstream', 'transform', 'cache', 'mirror', 'timeouts', 'scope', 'subject'] as const;

export const aggregateStandsAlone: Validator = (draft) =>
  aggregatesOf(draft).flatMap(({ route, routePath, path }): readonly Finding[] => {
    const methods = (route.methods ?? []).filter((method) => method !== undefined);
    const isGet = methods.length === 1 && methods[0] === 'GET';
    const notGet: readonly Finding[] =
      methods.length === 0 || isGet
        ? []
        : [
            {
              code: 'aggregate-needs-get',
              path: [...path],
              isAboutKey: true,
              message:
                'Only GET can be made up of several calls: a write that half of them carried out has no way back.',
              remedy: 'Write "methods: [GET]".',
            },
          ];
    return [...notGet, ...others.filter((key) => route[key] !== undefined).map((key) => besides(key, routePath))];
  });

function besides(key: string, routePath: Finding['path']): Finding {
  return {
    code: 'aggregate-has-target',
    path: [...routePath, key],
    isAboutKey: true,
    message: `A route with "aggregate" has no "${key}": its parts go where their own routes say.`,
    remedy: `Say "${key}" in the routes of the parts.`,
  };
}
