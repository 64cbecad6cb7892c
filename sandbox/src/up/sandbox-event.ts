import type { SupervisorEvent } from '../supervisor/supervisor-event.ts';
import type { TrafficCounts } from '../traffic/traffic-counts.ts';
import { describeExit } from '../processes/guarded-process.ts';

/** What a sandbox tells while it starts, runs and stops. */
export type SandboxEvent = SupervisorEvent | { readonly kind: 'traffic'; readonly counts: TrafficCounts };

/** One line, or several for a crash, for a terminal. */
export function describeEvent(event: SandboxEvent): string {
  switch (event.kind) {
    case 'starting':
      return `${event.name} starts`;
    case 'ready':
      return `${event.name} is ready after ${(event.elapsedMs / 1000).toFixed(1)} s`;
    case 'crashed': {
      const next = event.restartInMs === undefined ? 'not restarted again' : `restarted in ${event.restartInMs} ms`;
      const lines = event.lastLines.map((line) => `\n    ${line}`).join('');
      return `${event.name} crashed (${describeExit(event.exit)}), ${next}; its last lines:${lines}`;
    }
    case 'stopping':
      return `${event.name} stops`;
    case 'stopped':
      return `${event.name} stopped`;
    case 'traffic':
      return describeCounts(event.counts);
    default:
      return event satisfies never;
  }
}

function describeCounts({ byStatus, bySide, failedCount, skippedCount }: TrafficCounts): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, count]) => `${name}: ${count}`)
      .join(', ');
  const rest = `${failedCount > 0 ? ` · no answer: ${failedCount}` : ''}${skippedCount > 0 ? ` · skipped: ${skippedCount}` : ''}`;
  return `traffic · ${list(byStatus)} · ${list(bySide)}${rest}`;
}
