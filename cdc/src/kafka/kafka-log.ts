import type { Logger } from '@banyan/platform';
import { logLevel, type LogEntry, type logCreator } from 'kafkajs';

/**
 * Lines that kafkajs writes as errors or warnings while everything is well: a broker that starts, a topic that was made just now,
 * a group that is joined for the first time, and its own advice about settings that we chose.
 */
const harmless =
  /coordinator (is loading|is not available|not available|load in progress)|group is rebalancing|rebalance|not leader|does not host this topic-partition|leadership election|Limiting retries for the idempotent producer|KafkaJS v2\.0\.0 switched default partitioner|The group coordinator/i;

/** Routes kafkajs' lines into ours. It retries by itself, so even its errors are warnings here; what is final reaches us as a rejection. */
export function kafkaLogCreator(log: Logger): logCreator {
  return () =>
    ({ level, log: { message, ...rest } }: LogEntry) => {
      const detail = typeof rest['error'] === 'string' ? rest['error'] : '';
      const isLoud = level <= logLevel.WARN && !harmless.test(`${message} ${detail}`);
      const fields = { event: 'kafka.client', detail };
      if (isLoud) log.warn(fields, `kafkajs: ${message}`);
      else log.debug(fields, `kafkajs: ${message}`);
    };
}
