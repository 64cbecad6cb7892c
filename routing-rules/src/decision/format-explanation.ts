import type { Explanation } from './explain.ts';

/** Lines for a terminal: each step, then the decision. */
export function formatExplanation({ decision, steps }: Explanation): readonly string[] {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const route = decision.routeId ?? 'no route';
  return [
    ...steps.map(({ name, outcome, why }) => `${outcome === 'decides' ? '→' : ' '} ${name.padEnd(width)}  ${why}`),
    `${decision.side}: ${decision.upstream.name} at ${decision.upstream.url} (${route}, ${decision.reason.kind})`,
  ];
}
