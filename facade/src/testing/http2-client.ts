import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type ClientHttp2Session } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, pairIn } from './certificate.ts';
import { startFacade, type TestFacade, type TestFacadeOptions } from './facade.ts';
import type { Sides } from './sides.ts';

/** A facade with its TLS port open, and a client that speaks HTTP/2 to it; both end with the test. */
export async function startHttp2Facade(
  sides: Sides,
  options: TestFacadeOptions,
): Promise<{ readonly facade: TestFacade; readonly client: ClientHttp2Session }> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-http2-'));
  sides.onClose(() => rm(folder, { recursive: true }));
  const files = pairIn(folder);
  const pair = await makeCertificate('first');
  await files.write(pair);
  const facade = await startFacade({ ...options, env: { ...files.env, ...options.env } });
  sides.onClose(() => facade.close());
  const client = connect(facade.tlsUrl ?? '', { ca: pair.cert });
  client.on('error', () => undefined);
  sides.onClose(() => client.destroy());
  await once(client, 'connect');
  return { facade, client };
}
