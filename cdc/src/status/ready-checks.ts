import type { ReadyCheck } from '@banyan/platform';
import type { Capture } from '../capture/capture.ts';
import type { Sink } from '../sink/sink.ts';

/** Ready: every capture streams (so its snapshot is complete) and no direction is stopped or still starting. */
export function readyChecks(captures: readonly Capture[], sinks: readonly Sink[]): readonly ReadyCheck[] {
  return [...captures.map(captureCheck), ...sinks.map(sinkCheck)];
}

function captureCheck(capture: Capture): ReadyCheck {
  return {
    name: `capture ${capture.source}`,
    check: () => Promise.resolve(verdict(capture.state, capture.state.kind === 'streaming')),
  };
}

function sinkCheck(sink: Sink): ReadyCheck {
  const isFlowing = (): boolean => sink.state.kind === 'running' || sink.state.kind === 'retrying';
  return { name: `direction ${sink.direction}`, check: () => Promise.resolve(verdict(sink.state, isFlowing())) };
}

function verdict(state: { readonly kind: string; readonly why?: string }, isReady: boolean) {
  return isReady ? { isReady } : { isReady, why: state.why === undefined ? state.kind : `${state.kind}: ${state.why}` };
}
