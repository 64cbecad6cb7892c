import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

const repository = join(import.meta.dirname, '..', '..', '..');
const mainTestServers = join(repository, 'sandbox', 'src', 'main-test-servers.ts');

interface TestServers {
  readonly postgresUrl: string;
  readonly kafkaBrokers: string;
  close(): Promise<void>;
}

/** One Postgres, and a Kafka if a test asks for it, for a whole run of the project `int`; two runs at once do not meet. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(tmpdir(), `banyan-test-${process.pid}-${Date.now()}`);
  const servers = await startServers(folder, (await wantsKafka(project)) ? ['--kafka'] : []);
  project.provide('postgresUrl', servers.postgresUrl);
  project.provide('kafkaBrokers', servers.kafkaBrokers);
  return async () => {
    await servers.close();
    await rm(folder, { recursive: true, force: true });
  };
}

/** Whether a file of this run says `inject('kafkaBrokers')`: a broker costs two seconds, most runs are of one room. */
async function wantsKafka(project: TestProject): Promise<boolean> {
  // Not in the published types; where it is gone, all files of the project count.
  const { filenamePattern } = project.vitest as { readonly filenamePattern?: string[] };
  const { testFiles } = await project.globTestFiles(filenamePattern);
  const texts = await Promise.all(testFiles.map((file) => readFile(file, 'utf8')));
  return texts.some((text) => text.includes(`inject('kafkaBrokers')`));
}

/** Starts them in a process of its own, which outlives a crash of the runner just long enough to stop them. */
async function startServers(folder: string, flags: readonly string[]): Promise<TestServers> {
  const args = ['--conditions=source', '--import', 'tsx', mainTestServers, folder, ...flags];
  const child = spawn(process.execPath, args, { cwd: repository, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void ended.then((code) => reject(new TypeError(`The test servers did not start (exit code ${code ?? 'none'}).`)));
  });
  return {
    ...(JSON.parse(line) as Pick<TestServers, 'postgresUrl' | 'kafkaBrokers'>),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
