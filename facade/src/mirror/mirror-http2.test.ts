import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { h2Side } from '../testing/h2-side.ts';
import { startHttp2Facade } from '../testing/http2-client.ts';
import { aListeningSide, mirroringRules } from '../testing/mirroring.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

test('over HTTP/2 a request is copied as over HTTP/1.1, to a candidate that speaks HTTP/2 too', async () => {
  const copied: unknown[] = [];
  const candidate = await h2Side(sides, (stream, fields) => {
    void text(stream).then((body) => {
      const { ':method': method, ':path': path, ':authority': authority } = fields;
      copied.push([method, path, authority, fields['x-banyan-mirror'], fields['x-own'], body]);
      stream.respond({ ':status': 200 });
      stream.end('candidate');
    });
  });
  const legacy = await aListeningSide(sides, 'legacy');
  const { client } = await startHttp2Facade(sides, {
    rules: mirroringRules({
      legacy: legacy.origin,
      candidate: candidate.urls[0],
      candidateRules: 'protocol: h2',
    }),
  });
  const stream = client.request({ ':method': 'POST', ':path': '/writes/a?b=c', 'x-own': 'said' });
  stream.end('hello');
  expect(await text(stream)).toBe('legacy');
  const { host } = new URL(`https://${legacy.asked[0]?.headers['host']?.toString() ?? ''}`);
  await eventually(() => expect(copied).toEqual([['POST', '/writes/a?b=c', host, 'writes', 'said', 'hello']]));
});
