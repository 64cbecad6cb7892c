import { codeOf, messageOf, policyFor, type Logger } from '@banyan/platform';
import type { SinkState } from './direction-status.ts';
import type { SinkMetrics } from './sink-metrics.ts';

export interface SinkHealthParts {
  readonly direction: string;
  readonly log: Logger;
  readonly metrics: SinkMetrics;
  readonly now: () => number;
}

/** What a direction is doing; says so in the log once per change, not once per attempt. */
export interface SinkHealth {
  readonly state: SinkState;
  started(): void;
  succeeded(): void;
  failed(err: unknown): void;
  closed(): void;
}

export function createSinkHealth({ direction, log, metrics, now }: SinkHealthParts): SinkHealth {
  let state: SinkState = { kind: 'starting' };

  return {
    get state() {
      return state;
    },
    started() {
      state = { kind: 'running' };
    },
    succeeded() {
      if (state.kind === 'running') return;
      log.info({ event: 'sink.recovered', direction }, 'changes flow again');
      state = { kind: 'running' };
    },
    failed(err) {
      const { retry, remedy } = policyFor(err);
      metrics.countFailure(direction, retry);
      const kind = retry === 'timed' ? 'retrying' : 'stopped';
      const isNews = state.kind !== kind;
      const since = 'since' in state ? state.since : new Date(now()).toISOString();
      state = { kind, code: codeOf(err), why: messageOf(err), remedy, since };
      if (!isNews) return;
      if (kind === 'stopped') log.error({ event: 'sink.stopped', direction, err }, remedy);
      else log.warn({ event: 'sink.retrying', direction, err }, remedy);
    },
    closed() {
      state = { kind: 'closed' };
    },
  };
}
