import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type CallOptions,
  type ChannelOptions,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  type ServiceError,
  type handleUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { makeCertificate, pairIn, type TestCertificate } from './certificate.ts';
import { startFacade, type TestFacade } from './facade.ts';
import type { Sides } from './sides.ts';

/** What a test lets the server of its service do; calls of what it leaves out are UNIMPLEMENTED. Messages are plain bytes. */
export interface GrpcHandlers {
  readonly ask?: handleUnaryCall<Buffer, Buffer>;
  readonly download?: (call: ServerWritableStream<Buffer, Buffer>) => void;
  readonly upload?: (call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => void;
  readonly talk?: (call: ServerDuplexStream<Buffer, Buffer>) => void;
}

export interface GrpcServer {
  /** What a rule says of it besides its side. */
  readonly upstream: string;
  /** At once, connections included. */
  close(): void;
}

export interface GrpcCalls {
  /** Settles with the answer; rejects with a `ServiceError`. */
  ask(message: Buffer, options?: CallOptions, metadata?: Metadata): Promise<Buffer>;
  download(message: Buffer, options?: CallOptions): ClientReadableStream<Buffer>;
  upload(answered: (err: ServiceError | null, answer?: Buffer) => void): ClientWritableStream<Buffer>;
  talk(options?: CallOptions): ClientDuplexStream<Buffer, Buffer>;
}

const asItIs = (message: Buffer): Buffer => message;
const methodAt = (name: keyof GrpcHandlers, requestStream: boolean, responseStream: boolean) => ({
  path: pathOf(name),
  requestStream,
  responseStream,
  requestSerialize: asItIs,
  requestDeserialize: asItIs,
  responseSerialize: asItIs,
  responseDeserialize: asItIs,
});
const service = {
  ask: methodAt('ask', false, false),
  download: methodAt('download', false, true),
  upload: methodAt('upload', true, false),
  talk: methodAt('talk', true, true),
};
// Above what the tests send; the default is 4 MiB.
const unbounded: ChannelOptions = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

export function pathOf(name: keyof GrpcHandlers): string {
  return `/banyan.Test/${name}`;
}

/** A server of `@grpc/grpc-js`, over TLS or as HTTP/2 without it. */
export async function startGrpcServer(
  handlers: GrpcHandlers,
  { isTls = false, options = {} }: { readonly isTls?: boolean; readonly options?: ChannelOptions },
  sides: Sides,
): Promise<GrpcServer> {
  const pair = isTls ? await newPair('side', sides) : undefined;
  const server = new Server({ ...unbounded, ...options });
  server.addService(service, { ...handlers });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', serverCredentials(pair?.certificate), (err, bound) => {
      if (err) reject(err);
      else resolve(bound);
    });
  });
  const close = (): void => server.forceShutdown();
  sides.onClose(close);
  const tls = pair ? `tls: { caFile: '${pair.env.FACADE_TLS_CERT}' }, ` : '';
  return { upstream: `${tls}url: '${pair ? 'https' : 'http'}://127.0.0.1:${port}', protocol: h2`, close };
}

function serverCredentials(certificate: TestCertificate | undefined): ServerCredentials {
  if (!certificate) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(null, [
    { private_key: Buffer.from(certificate.key), cert_chain: Buffer.from(certificate.cert) },
  ]);
}

/** A client of `@grpc/grpc-js`, over TLS. */
function callsTo(tlsUrl: string, { cert }: TestCertificate, sides: Sides): GrpcCalls {
  const client = new Client(new URL(tlsUrl).host, credentials.createSsl(Buffer.from(cert)), {
    ...unbounded,
    // It would ask for the address as a name, which TLS does not allow, and Node warns about.
    'grpc.ssl_target_name_override': 'localhost',
  });
  sides.onClose(() => client.close());
  return {
    ask: (message, options = {}, metadata = new Metadata()) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(pathOf('ask'), asItIs, asItIs, message, metadata, options, (err, answer) => {
          if (err) reject(err);
          else resolve(answer ?? Buffer.alloc(0));
        });
      }),
    download: (message, options = {}) =>
      client.makeServerStreamRequest(pathOf('download'), asItIs, asItIs, message, options),
    upload: (answered) => client.makeClientStreamRequest(pathOf('upload'), asItIs, asItIs, answered),
    talk: (options = {}) => client.makeBidiStreamRequest(pathOf('talk'), asItIs, asItIs, options),
  };
}

/** A facade with TLS at its door before one side. `upstream` is what its rule says besides the side. */
export async function grpcFacade(
  upstream: string,
  env: Readonly<Record<string, string>>,
  sides: Sides,
): Promise<{ readonly facade: TestFacade; readonly calls: GrpcCalls }> {
  const pair = await newPair('door', sides);
  const rules = `
version: 1
upstreams:
  legacy: { side: legacy, ${upstream} }
defaults:
  upstream: legacy
  timeouts: { connectMs: 2000, headersMs: 2000, bodyIdleMs: 10000, totalMs: none }
routes:
  - { id: grpc, methods: [POST], path: '/banyan.Test/{method}', upstream: legacy }
`;
  const facade = await startFacade({ rules, env: { ...pair.env, ...env } });
  sides.onClose(() => facade.close());
  return { facade, calls: callsTo(facade.tlsUrl ?? '', pair.certificate, sides) };
}

async function newPair(name: string, sides: Sides) {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-grpc-'));
  sides.onClose(() => rm(folder, { recursive: true }));
  const certificate = await makeCertificate(name);
  const { env, write } = pairIn(folder);
  await write(certificate);
  return { env, certificate };
}
