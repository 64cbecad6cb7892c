import type { Metrics } from '@banyan/platform';

/** What one capture has done since its process started. */
export interface CaptureCounts {
  /** Messages durable on the bus, snapshot rows among them. */
  readonly publishedCount: number;
  /** Changes that our own sinks had written here, dropped so that they do not go back. */
  readonly echoCount: number;
  readonly echoTransactionCount: number;
}

export interface CaptureTally {
  readonly counts: CaptureCounts;
  published(messageCount: number): void;
  echo(changeCount: number): void;
}

/** The meters of all captures of a process; the label is the source. */
export interface CaptureMeters {
  tallyOf(source: string): CaptureTally;
  lag(source: string, lagBytes: number): void;
}

export function createCaptureMeters(metrics: Metrics): CaptureMeters {
  const published = metrics.counter('cdc_published_messages_total', 'Changes that are durable on the bus.', ['source']);
  const echoes = metrics.counter('cdc_echo_changes_total', 'Changes of our own sinks, dropped at capture.', ['source']);
  const transactions = metrics.counter('cdc_echo_transactions_total', 'Transactions of our own sinks.', ['source']);
  const lagBytes = metrics.gauge('cdc_capture_lag_bytes', 'WAL written and not yet acknowledged.', ['source']);
  return {
    tallyOf(source) {
      const counts = { publishedCount: 0, echoCount: 0, echoTransactionCount: 0 };
      return {
        counts,
        published(messageCount) {
          counts.publishedCount += messageCount;
          published.inc({ source }, messageCount);
        },
        echo(changeCount) {
          counts.echoCount += changeCount;
          counts.echoTransactionCount += 1;
          echoes.inc({ source }, changeCount);
          transactions.inc({ source });
        },
      };
    },
    lag: (source, bytes) => lagBytes.set({ source }, bytes),
  };
}
