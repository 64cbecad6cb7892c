import { expect, test } from 'vitest';
import type { JsonClient } from '../clients/http-json.ts';
import { explainLive } from './explain-live.ts';

test('the answer of the facade is told in lines, with what the side would get', async () => {
  const asked: string[] = [];
  const facade: JsonClient = {
    call: (schema, _method, path) => {
      asked.push(path);
      return Promise.resolve(
        schema.parse({
          decision: {
            side: 'legacy',
            routeId: 'trips.read',
            upstream: { name: 'legacy', url: 'http://127.0.0.1:3000' },
            reason: { kind: 'flag' },
          },
          steps: [{ name: 'flag', outcome: 'decides', why: 'The flag is off.' }],
          buckets: {
            scope: '42',
            flag: { name: 'trips.cutover', bucket: 4711 },
            rollout: { salt: 'autumn', percent: 0.5, bucket: null },
          },
          flagData: { kind: 'synchronized', ageSeconds: 0.25, why: 'Unleash answers' },
          instances: [{ instance: '127.0.0.1:3000', state: 'in-use', outstandingCount: 2 }],
          request: { method: 'GET', target: '/trips/7', headers: [['cookie', '[redacted]']] },
        }),
      );
    },
    text: () => Promise.resolve(''),
  };
  const { lines } = await explainLive(facade, { method: 'get', path: '/trips/7', user: '42', header: { 'x-a': '1' } });
  expect(asked).toEqual(['/explain?method=GET&path=%2Ftrips%2F7&subject=42&header=x-a%3A1']);
  expect(lines).toEqual([
    'As the running facade decides now:',
    '→ flag  The flag is off.',
    'legacy: legacy at http://127.0.0.1:3000 (trips.read, flag)',
    'bucket 4711 of 0..9999 under the flag trips.cutover',
    'bucket none under "autumn", of which the rules take 0.5 %',
    'flags: synchronized, 0.3 s old: Unleash answers',
    'servers: 127.0.0.1:3000 in-use',
    'It would get:',
    '  GET /trips/7',
    '  cookie: [redacted]',
  ]);
});
