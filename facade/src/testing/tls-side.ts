import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly certFile: string;
  readonly keyFile: string;
  remove(): Promise<void>;
}

/** A certificate that signs itself, for one name, in files. */
export async function selfSigned(name: string): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  const folder = await mkdtemp(join(tmpdir(), 'banyan-certificate-'));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(certFile, made.cert);
  await writeFile(keyFile, made.private);
  return { key: made.private, cert: made.cert, certFile, keyFile, remove: () => rm(folder, { recursive: true }) };
}

/** @returns its port on 127.0.0.1 */
export async function startTlsSide(
  options: ServerOptions,
  listener: RequestListener,
): Promise<{ readonly port: number; readonly server: Server; close(): Promise<void> }> {
  const server = createServer(options, listener).on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
