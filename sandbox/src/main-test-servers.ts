import { join } from 'node:path';
import { BanyanError, messageOf } from '@banyan/platform';
import { isContinuousIntegration, ownBrokers } from './config.ts';
import { startKafka, type RunningKafka } from './kafka/start-kafka.ts';
import { startPostgres } from './postgres/start-postgres.ts';

/**
 * The servers of one test run: `node main-test-servers.ts <folder> [--kafka]` prints `{"postgresUrl","kafkaBrokers","folder"}` as one line
 * and stops them when its standard input closes, so that they end with whoever started it.
 */
async function main(folder: string, wantsKafka: boolean): Promise<void> {
  const [postgres, kafka] = await Promise.all([
    startPostgres({ folder: join(folder, 'postgres'), port: 0, isDurable: false }),
    wantsKafka ? kafkaFor(folder) : { brokers: '' },
  ]);
  const postgresUrl = postgres.superuserUrl.reveal();
  process.stdout.write(`${JSON.stringify({ postgresUrl, kafkaBrokers: kafka.brokers })}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  await Promise.all([postgres.stop(), 'stop' in kafka ? kafka.stop() : undefined]);
}

/** The caller's broker, one of ours, or '' with the reason printed once; a machine that checks every change must have one. */
async function kafkaFor(folder: string): Promise<RunningKafka | { readonly brokers: string }> {
  const brokers = ownBrokers();
  if (brokers !== undefined) return { brokers };
  try {
    return await startKafka({ folder: join(folder, 'kafka') });
  } catch (err) {
    if (isContinuousIntegration()) throw err;
    process.stderr.write(`Kafka tests do not run: ${describe(err)}\n`);
    return { brokers: '' };
  }
}

function describe(err: unknown): string {
  return err instanceof BanyanError ? `${err.message} ${err.remedy}` : messageOf(err);
}

main(process.argv[2] ?? '', process.argv.includes('--kafka')).catch((err: unknown) => {
  process.stderr.write(`${describe(err)}\n`);
  process.exit(1);
});
