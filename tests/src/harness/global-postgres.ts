import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

const repository = join(import.meta.dirname, '..', '..', '..');
const mainPostgres = join(repository, 'sandbox', 'src', 'main-postgres.ts');

/** One Postgres for a whole run of the project `int`, on a folder and port of its own: two runs at once do not meet. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(tmpdir(), `banyan-test-${process.pid}-${Date.now()}`);
  // A process of its own: it outlives a crash of the runner just long enough to stop Postgres.
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', mainPostgres, folder], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const running = JSON.parse(await firstLine(child)) as { readonly url: string; readonly folder: string };
  project.provide('postgresUrl', running.url);
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    await ended;
    await rm(running.folder, { recursive: true, force: true });
  };
}

async function firstLine(child: ChildProcess & { readonly stdout: NodeJS.ReadableStream }): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) =>
      reject(new TypeError(`The test Postgres did not start (exit code ${code ?? 'none'}).`)),
    );
  });
}
