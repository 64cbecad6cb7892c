import { expect, test } from 'vitest';
import { upstreamHeaders, type Introduction } from './request-headers.ts';

const stranger: Introduction = {
  peerAddress: '192.0.2.1',
  isPeerTrusted: false,
  scheme: 'http',
  requestId: 'request-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  keepsTracestate: false,
  gatewayNames: new Set(['x-user-id']),
};
const gateway: Introduction = { ...stranger, isPeerTrusted: true };

/** Whether the side gets the first header line. */
function passes(line: readonly [string, string], introduction: Introduction, connection?: string): boolean {
  const headers = { host: 'a', ...(connection !== undefined && { connection }) };
  const given = upstreamHeaders({ headers, rawHeaders: [...line, 'Host', 'a'] }, introduction);
  return given[0] === line[0] && given[1] === line[1];
}

test.each([
  ['X-User-Id', [true, false, true]],
  ['X-Real-IP', [true, false, true]],
  ['X_User_Id', [true, false, true]],
  ['Accept', [true, true, true]],
  ['X-Banyan-Side', [false, false, false]],
] as const)('%s: what a gateway may say is not taken from a stranger who says it next', (name, expected) => {
  const asked = [gateway, stranger, gateway].map((introduction) => passes([name, '1'], introduction));
  expect(asked).toEqual(expected);
});

test('a name that passes ends where Connection names it, however often it has passed before', () => {
  const line = ['X-Mine', '1'] as const;
  const asked = [undefined, 'x-mine', undefined].map((connection) => passes(line, stranger, connection));
  expect(asked).toEqual([true, false, true]);
});
