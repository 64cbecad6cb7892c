import type { Finding } from '../../problem/finding.ts';
import { routesOf, type Validator } from './validator.ts';

const hostName = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\])$/;

/** Hosts are compared as whole lower-case names without port; anything else here would match nothing. */
export const badHost: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule: { host }, path }): readonly Finding[] => {
    if (host === undefined || host === '' || hostName.test(host)) return [];
    const remedy = 'Write one whole name in lower case and without port, such as api.example.com.';
    return [
      { code: 'bad-host', path: [...path, 'host'], message: `"${host}" is no host that a request can have.`, remedy },
    ];
  });
