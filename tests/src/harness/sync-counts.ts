import { z } from 'zod';

const schema = z.object({
  sources: z.array(z.object({ name: z.string(), echoCount: z.number() })),
  directions: z.array(
    z.object({ pipelines: z.array(z.object({ name: z.string(), appliedCount: z.number(), parkedCount: z.number() })) }),
  ),
});

export interface SyncCounts {
  readonly applied: Readonly<Record<string, number>>;
  readonly echoes: Readonly<Record<'legacy' | 'trips' | 'vehicles', number>>;
  readonly parkedCount: number;
}

/** What the sync process counted, by pipeline. */
export async function readSync(url: string): Promise<SyncCounts> {
  const { sources, directions } = schema.parse(await (await fetch(`${url}/status`)).json());
  const pipelines = directions.flatMap((direction) => direction.pipelines);
  const echoesOf = (name: string): number => sources.find((source) => source.name === name)?.echoCount ?? 0;
  return {
    applied: Object.fromEntries(pipelines.map(({ name, appliedCount }) => [name, appliedCount])),
    echoes: { legacy: echoesOf('legacy'), trips: echoesOf('trips'), vehicles: echoesOf('vehicles') },
    parkedCount: pipelines.reduce((sum, pipeline) => sum + pipeline.parkedCount, 0),
  };
}

/** Only the pipelines that moved. */
export function appliedSince(before: SyncCounts, now: SyncCounts): Record<string, number> {
  const moved = Object.entries(now.applied).map(
    ([name, count]) => [name, count - (before.applied[name] ?? 0)] as const,
  );
  return Object.fromEntries(moved.filter(([, count]) => count !== 0));
}
