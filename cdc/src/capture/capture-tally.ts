import type { Metrics } from '@banyan/platform';

/** What one capture has done since its process started. */
export interface CaptureCounts {
  /** Changes read from the source for the bus; those of an interrupted connection are read, and counted, again. */
  readonly capturedCount: number;
  /** Messages durable on the bus, snapshot rows among them. */
  readonly publishedCount: number;
  /** Changes that our own sinks had written here, dropped so that they do not go back. */
  readonly echoCount: number;
  readonly echoTransactionCount: number;
}

export interface CaptureTally {
  readonly counts: CaptureCounts;
  captured(messageCount: number): void;
  published(messageCount: number): void;
  echo(changeCount: number): void;
}

/** The meters of all captures of a process; the label is the source. */
export interface CaptureMeters {
  tallyOf(source: string): CaptureTally;
  observe(status: {
    readonly source: string;
    readonly lagBytes?: number;
    readonly state: { readonly kind: string };
  }): void;
}

export function createCaptureMeters(metrics: Metrics): CaptureMeters {
  const captured = metrics.counter('cdc_captured_changes_total', 'Changes read from a source.', ['source']);
  const published = metrics.counter('cdc_published_messages_total', 'Changes that are durable on the bus.', ['source']);
  const echoes = metrics.counter('cdc_echo_changes_total', 'Changes of our own sinks, dropped at capture.', ['source']);
  const transactions = metrics.counter('cdc_echo_transactions_total', 'Transactions of our own sinks.', ['source']);
  const lagBytes = metrics.gauge('cdc_capture_lag_bytes', 'WAL written and not yet acknowledged.', ['source']);
  const streaming = metrics.gauge('cdc_capture_streaming', '1 while a capture streams, 0 otherwise.', ['source']);
  return {
    tallyOf(source) {
      const counts = { capturedCount: 0, publishedCount: 0, echoCount: 0, echoTransactionCount: 0 };
      return {
        counts,
        captured(messageCount) {
          counts.capturedCount += messageCount;
          captured.inc({ source }, messageCount);
        },
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
    observe({ source, lagBytes: bytes, state }) {
      if (bytes !== undefined) lagBytes.set({ source }, bytes);
      streaming.set({ source }, state.kind === 'streaming' ? 1 : 0);
    },
  };
}
