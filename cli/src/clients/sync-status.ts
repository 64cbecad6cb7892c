import { z } from 'zod';

/** What the sync process answers at `GET /status`. */
export const syncStatusSchema = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      snapshot: z.string(),
      capturedCount: z.number(),
      publishedCount: z.number(),
      echoCount: z.number(),
      lagBytes: z.number().nullable(),
    }),
  ),
  directions: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      why: z.string().nullish(),
      lagSeconds: z.number().nullable(),
      backlogCount: z.number().nullable(),
      pipelines: z.array(
        z.object({ name: z.string(), appliedCount: z.number(), staleCount: z.number(), parkedCount: z.number() }),
      ),
      parkedLanes: z.array(
        z.object({
          lane: z.string(),
          changeCount: z.number(),
          since: z.string(),
          table: z.string(),
          reason: z.string(),
        }),
      ),
    }),
  ),
});
export type SyncStatus = z.infer<typeof syncStatusSchema>;

export const redriveSchema = z.object({ laneCount: z.number() });
