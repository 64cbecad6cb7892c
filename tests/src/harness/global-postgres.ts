import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, messageOf } from '@banyan/platform';
import { isContinuousIntegration, ownBrokers, startKafka, startPostgres, type RunningKafka } from '@banyan/sandbox';
import type { TestProject } from 'vitest/node';
import { quickFolder } from './quick-folder.ts';

/** One Postgres, and a Kafka if a test asks for it, for a whole run of the project `int`; two runs at once do not meet. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(await quickFolder(), `banyan-test-${process.pid}-${Date.now()}`);
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), port: 0, isDurable: false });
  const kafka = (await wantsKafka(project)) ? await kafkaFor(join(folder, 'kafka')) : undefined;
  project.provide('postgresUrl', postgres.superuserUrl.reveal());
  project.provide('kafkaBrokers', kafka?.brokers ?? '');
  return async () => {
    await kafka?.stop();
    await postgres.stop();
    await rm(postgres.folder, { recursive: true, force: true });
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

/** The caller's broker, one of ours, or none with the reason printed once; a machine that checks every change must have one. */
async function kafkaFor(folder: string): Promise<Pick<RunningKafka, 'brokers' | 'stop'> | undefined> {
  const brokers = ownBrokers();
  if (brokers !== undefined) return { brokers, stop: () => Promise.resolve() };
  try {
    return await startKafka({ folder });
  } catch (err) {
    if (isContinuousIntegration()) throw err;
    const remedy = err instanceof BanyanError ? err.remedy : '';
    process.stderr.write(`Kafka tests do not run: ${messageOf(err)} ${remedy}\n`);
    return undefined;
  }
}
