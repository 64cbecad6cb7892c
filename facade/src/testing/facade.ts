import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLifecycle } from '@banyan/platform';
import { captureLog, createTestIssuer, type CapturedLog, type TestIssuer } from '@banyan/platform/testing';
import { composeFacade } from '../compose.ts';
import { readFacadeConfig } from '../config.ts';
import type { Guards } from '../guards/guards.ts';
import { startKeyServer } from './key-server.ts';

/** A whole facade with both ports, in this process. */
export interface TestFacade {
  readonly url: string;
  readonly tlsUrl: string | undefined;
  readonly port: number;
  readonly adminUrl: string;
  readonly rulesPath: string;
  readonly folder: string;
  readonly issuer: TestIssuer;
  readonly guards: Guards;
  readonly lines: CapturedLog['lines'];
  /** The lines of requests at the public port. */
  servedLines(): CapturedLog['lines'];
  /** Calls the admin port with its token. */
  admin(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

export interface TestFacadeOptions {
  readonly rules: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that outlives this facade, for one that is started again. */
  readonly folder?: string;
  readonly issuer?: TestIssuer;
}

let shared: Promise<TestIssuer> | undefined;
// Making a key pair takes a while; no test cares whose it is.
const sharedIssuer = (): Promise<TestIssuer> => (shared ??= createTestIssuer());

export const adminToken = 'the-admin-token';

export async function startFacade({ rules, env = {}, folder, issuer }: TestFacadeOptions): Promise<TestFacade> {
  const home = folder ?? (await mkdtemp(join(tmpdir(), 'banyan-facade-')));
  const rulesPath = join(home, 'rules.yaml');
  await writeFile(rulesPath, rules);
  const keys = await startKeyServer(issuer ?? (await sharedIssuer()));
  const captured = captureLog();
  const lifecycle = createLifecycle({ log: captured.log });
  const config = readFacadeConfig({
    FACADE_PORT: '0',
    FACADE_ADMIN_PORT: '0',
    FACADE_ADMIN_TOKEN: adminToken,
    FACADE_RULES: rulesPath,
    FACADE_JWKS_URL: keys.url,
    FACADE_OVERRIDE_FILE: join(home, 'overrides.yaml'),
    FACADE_FLAG_BACKUP_DIR: home,
    FACADE_COOKIE_SECRET: 'a-long-random-text',
    FACADE_DRAIN_MS: '2000',
    FACADE_DRAIN_IDLE_MS: '0',
    FACADE_CONNECTIONS_PER_ADDRESS: '0',
    FACADE_TLS_PORT: '0',
    ...env,
  });
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await lifecycle.close('end of test');
    await keys.close();
    if (folder === undefined) await rm(home, { recursive: true });
  };
  const close = (): Promise<void> => (closing ??= closeAll());
  try {
    const running = await composeFacade(config, { log: captured.log, lifecycle });
    return {
      ...running,
      port: Number(new URL(running.url).port),
      rulesPath,
      folder: home,
      issuer: keys.issuer,
      lines: captured.lines,
      servedLines: () => captured.lines.filter((line) => line.event === 'request.served' && 'rule' in line),
      admin: adminOf(running.adminUrl),
      close,
    };
  } catch (err) {
    await close();
    throw err;
  }
}

function adminOf(adminUrl: string): TestFacade['admin'] {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const answer = await fetch(adminUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, body: isJson ? await answer.json() : await answer.text() };
  };
}

/** A side that tells what it saw: `<name> <METHOD> <target>`. */
export function namedSide(name: string) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.resume().on('end', () => response.end(`${name} ${request.method ?? ''} ${request.url ?? ''}`));
  };
}

export interface RuleOrigins {
  readonly legacy: string;
  readonly trips: string;
}

/** Rules with one capability that moves with the caller. */
export function tripRules(
  { legacy, trips }: RuleOrigins,
  { anonymous = 'legacy', subject = '{ from: token }' } = {},
): string {
  return `
version: 1
upstreams:
  legacy: { side: legacy, url: ${legacy}, caseSensitivePaths: false }
  trips: { side: extracted, url: ${trips} }
defaults:
  upstream: legacy
  subject: ${subject}
  timeouts: { connectMs: 2000, headersMs: 2000, bodyIdleMs: 2000, totalMs: 10000 }
capabilities:
  trips: { flag: trips.cutover, stage: live, handover: immediate, legacy: legacy, extracted: trips, anonymous: ${anonymous} }
routes:
  - { id: trips.list, methods: [GET, OPTIONS], path: /trips, capability: trips }
  - { id: trips.create, methods: [POST], path: /trips, capability: trips }
  - { id: trips.read, methods: [GET], path: '/trips/{tripId}', capability: trips }
  - { id: trips.change, methods: [PUT, PATCH, DELETE], path: '/trips/{tripId}', capability: trips }
  - { id: routes.optimise, methods: [POST], path: /routes, access: read, capability: trips }
  - { id: users, methods: [ANY], path: '/users/{rest*}', upstream: legacy }
`;
}
