import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startFacadeProcess, type FacadeProcess } from '../harness/facade-process.ts';
import { npmClient, type NpmClient } from './npm-client.ts';
import { startVerdaccio } from './verdaccio-process.ts';

const mebibyte = 2 ** 20;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
const opened: (() => Promise<unknown>)[] = [];
let facade: FacadeProcess;
let publisher: NpmClient;

// A package is one segment, and npm asks for a scoped one with its slash encoded: the one reading that these routes allow.
const rules = (url: string): string => `
version: 1
upstreams:
  registry: { side: legacy, url: '${url}' }
defaults: { upstream: registry }
routes:
  - { id: package, methods: [GET, PUT], path: '/{package}', upstream: registry, paths: { allow: [encoded-separator] } }
  - { id: tarball, methods: [GET], path: '/{package}/-/{file}', upstream: registry, paths: { allow: [encoded-separator] } }
  - { id: scoped.tarball, methods: [GET], path: '/{scope}/{package}/-/{file}', upstream: registry }
  - { id: login, methods: [PUT], path: '/-/user/{user}', upstream: registry }
  - { id: service, methods: [ANY], path: '/-/{rest*}', upstream: registry }
`;

async function logIn(): Promise<string> {
  const answer = await fetch(`${facade.url}/-/user/org.couchdb.user:publisher`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'publisher', password: 'a-long-password' }),
  });
  expect(answer.status).toBe(201);
  return z.object({ token: z.string() }).parse(await answer.json()).token;
}

/** A package on disk with one file of random bytes, which no compression makes smaller. */
async function writePackage(name: string, byteCount: number): Promise<{ home: string; digest: string }> {
  const home = join(folder, 'packages', name.replace('/', '-'));
  await mkdir(home, { recursive: true });
  const bytes = randomBytes(byteCount);
  await writeFile(join(home, 'package.json'), JSON.stringify({ name, version: '1.0.0', license: 'Apache-2.0' }));
  await writeFile(join(home, 'payload.bin'), bytes);
  return { home, digest: sha256(bytes) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-registry-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  const registry = await startVerdaccio(join(folder, 'verdaccio'));
  opened.push(registry.stop);
  facade = await startFacadeProcess({ folder, rules: rules(registry.url) });
  opened.push(facade.stop);
  publisher = await npmClient({ folder: join(folder, 'publisher'), registry: facade.url, token: await logIn() });
});

afterAll(async () => {
  for (const close of opened.toReversed()) await close();
});

describe('a package registry behind the facade', () => {
  test.each([
    ['a small package', 'banyan-small', 1_000],
    ['a scoped package, whose slash npm encodes', '@banyan-test/scoped', 1_000],
    ['a package of 32 MiB', 'banyan-large', 32 * mebibyte],
  ])(
    '%s is published, and installed from an empty cache with its integrity verified',
    async (_what, name, byteCount) => {
      const { home, digest } = await writePackage(name, byteCount);
      const published = await publisher.run(home, 'publish');
      expect(published, published.output).toMatchObject({ exitCode: 0 });

      const consumer = await npmClient({ folder: join(folder, 'consumers', name), registry: facade.url });
      const project = join(folder, 'projects', name);
      await mkdir(project, { recursive: true });
      await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'consumer', version: '1.0.0' }));
      const installed = await consumer.run(project, 'install', `${name}@1.0.0`);
      expect(installed, installed.output).toMatchObject({ exitCode: 0 });

      expect(sha256(await readFile(join(project, 'node_modules', name, 'payload.bin')))).toBe(digest);
      const lock = await readFile(join(project, 'package-lock.json'), 'utf8');
      expect(lock).toContain(`"resolved": "${facade.url}/${name}/-/`);
      expect(lock).toContain('"integrity": "sha512-');
    },
  );

  test('every call went through the facade, and none of them failed', () => {
    const served = facade.served().map(({ method, rule, status, outcome }) => `${method} ${rule} ${status} ${outcome}`);
    expect(new Set(served)).toEqual(
      new Set(served.filter((line) => /^(GET|PUT) \S+ (200|201|304|404) completed$/.test(line))),
    );
    expect(served.filter((line) => line.startsWith('PUT package 201'))).toHaveLength(3);
    expect(served.filter((line) => line.startsWith('GET tarball 200'))).toHaveLength(2);
    expect(served.filter((line) => line.startsWith('GET scoped.tarball 200'))).toHaveLength(1);
    expect(facade.complaints()).toEqual([]);
  });
});
