/** An explanation as it is made here, or as it comes from a facade as JSON. */
interface Explained {
  readonly decision: {
    readonly side: string;
    readonly routeId?: string | null | undefined;
    readonly upstream: { readonly name: string; readonly url: string };
    readonly reason: { readonly kind: string };
  };
  readonly steps: readonly { readonly name: string; readonly outcome: 'passes' | 'decides'; readonly why: string }[];
}

/** Lines for a terminal: each step, then the decision. */
export function formatExplanation({ decision, steps }: Explained): readonly string[] {
  const { side, upstream, routeId, reason } = decision;
  const width = Math.max(...steps.map(({ name }) => name.length));
  return [
    ...steps.map(({ name, outcome, why }) => `${outcome === 'decides' ? '→' : ' '} ${name.padEnd(width)}  ${why}`),
    `${side}: ${upstream.name} at ${upstream.url} (${routeId ?? 'no route'}, ${reason.kind})`,
  ];
}
