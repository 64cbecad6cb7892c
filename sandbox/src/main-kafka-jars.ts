import { BanyanError, messageOf } from '@banyan/platform';
import { ownBrokers } from './config.ts';
import { kafkaJars } from './kafka/kafka-jars.ts';

/** Fills the cache with what a Kafka broker needs, so that the first test need not wait for a download; nothing to do with a broker of the caller's. */
async function main(): Promise<void> {
  if (ownBrokers() === undefined) await kafkaJars();
}

main().catch((err: unknown) => {
  process.stderr.write(`${messageOf(err)} ${err instanceof BanyanError ? err.remedy : ''}\n`);
  process.exit(1);
});
