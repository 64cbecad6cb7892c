import { ProblemError, createRouter, parseInput, problem } from '@banyan/platform';
import { z } from 'zod';
import { readSyncStatus, type SyncStatusParts } from './sync-status.ts';

const redriveBody = z.object({ direction: z.string(), lane: z.string().optional() });

/** What an operator asks and orders: `GET /status`, `POST /parked/redrive`. */
export function syncRoutes(parts: SyncStatusParts): ReturnType<typeof createRouter> {
  const router = createRouter();
  router.get('/status', async (_request, response) => {
    response.json(await readSyncStatus(parts));
  });
  router.post('/parked/redrive', async (request, response) => {
    const { direction, lane } = parseInput(redriveBody, request.body, 'body');
    const sink = parts.sinks.find((candidate) => candidate.direction === direction);
    if (!sink) throw noSuchDirection(direction, parts);
    response.json({ laneCount: await sink.redrive(lane) });
  });
  return router;
}

function noSuchDirection(direction: string, { sinks }: SyncStatusParts): ProblemError {
  const known = sinks.map((sink) => sink.direction).join(', ');
  const detail = `"${direction}" is no direction of this process; there are ${known === '' ? 'none' : known}.`;
  return new ProblemError(problem(404, 'direction-not-found', 'Direction not found', detail));
}
