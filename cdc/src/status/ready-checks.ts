import type { ReadyCheck } from '@banyan/platform';
import type { Capture } from '../capture/capture.ts';
import type { Sink } from '../sink/sink.ts';

/**
 * Ready: every capture streams (so its snapshot is complete), no direction is stopped or still starting, and each has once applied all
 * that was on the bus: before that the target lacks what the source had long before.
 */
export function readyChecks(captures: readonly Capture[], sinks: readonly Sink[]): readonly ReadyCheck[] {
  const haveCaptured = (): boolean => captures.every(({ state }) => state.kind === 'streaming');
  return [...captures.map(captureCheck), ...sinks.map((sink) => sinkCheck(sink, haveCaptured))];
}

function captureCheck(capture: Capture): ReadyCheck {
  return {
    name: `capture ${capture.source}`,
    check: () => Promise.resolve(verdict(capture.state, capture.state.kind === 'streaming')),
  };
}

function sinkCheck(sink: Sink, haveCaptured: () => boolean): ReadyCheck {
  // Later it may fall behind without being unready: a restart would not make it faster.
  let hasCaughtUp = false;
  const isFlowing = (): boolean => sink.state.kind === 'running' || sink.state.kind === 'retrying';
  return {
    name: `direction ${sink.direction}`,
    async check() {
      if (!isFlowing()) return verdict(sink.state, false);
      if (hasCaughtUp) return { isReady: true };
      const wasCaptured = haveCaptured();
      const backlogCount = await sink.backlogCount();
      hasCaughtUp = wasCaptured && backlogCount === 0;
      return hasCaughtUp
        ? { isReady: true }
        : { isReady: false, why: `catching up: ${backlogCount ?? 'unknown'} changes wait` };
    },
  };
}

function verdict(state: { readonly kind: string; readonly why?: string }, isReady: boolean) {
  return isReady ? { isReady } : { isReady, why: state.why === undefined ? state.kind : `${state.kind}: ${state.why}` };
}
