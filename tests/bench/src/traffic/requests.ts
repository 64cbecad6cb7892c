import { createTestIssuer, type TestIssuer } from '@banyan/platform/testing';
import { benchPaths, routeCount } from './rules.ts';

/** Longer than a run. */
const tokenSeconds = 7_200;

/** What a browser sends along; every contestant gets the very same bytes. */
function headOf(method: string, path: string, token: string): readonly string[] {
  return [
    `${method} ${path} HTTP/1.1`,
    'Host: api.fleet.example',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Accept: application/json, text/plain, */*',
    'Accept-Language: en-GB,en;q=0.8',
    'Accept-Encoding: gzip, deflate, br',
    `Authorization: Bearer ${token}`,
  ];
}

export interface Traffic {
  readonly issuer: TestIssuer;
  /** Whole requests, ready to be sent: reads by many users over all routes. */
  readonly reads: readonly string[];
  readonly download: string;
  readonly upload: string;
  /** The same reads over a table of another size. */
  readonly readsOver: (movingRouteCount: number) => readonly string[];
}

export const downloadBytes = 64 * 2 ** 20;
export const uploadBytes = 2 ** 20;

/** @param userCount - each has a token of its own, signed with RS256 */
export async function prepareTraffic(userCount: number): Promise<Traffic> {
  const issuer = await createTestIssuer();
  const tokens = await Promise.all(
    Array.from({ length: userCount }, (_, user) => issuer.tokenFor(`user-${user}`, { expiresInSeconds: tokenSeconds })),
  );
  const [first = ''] = tokens;
  const readsOver = (movingRouteCount: number): readonly string[] =>
    benchPaths(userCount, movingRouteCount).map((path, index) => requestOf(headOf('GET', path, tokens[index] ?? '')));
  const upload = headOf('POST', '/upload', first).concat(
    'Content-Type: application/octet-stream',
    `Content-Length: ${uploadBytes}`,
  );
  return {
    issuer,
    reads: readsOver(routeCount),
    readsOver,
    download: requestOf(headOf('GET', '/download', first)),
    upload: requestOf(upload, 'x'.repeat(uploadBytes)),
  };
}

function requestOf(head: readonly string[], body = ''): string {
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
