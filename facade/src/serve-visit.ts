import { messageOf, problem, type Logger } from '@banyan/platform';
import { answerProblem } from './failure-answer.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import { discardUpload } from './forward/forward.ts';
import { handleRequest, type HandleRequestParts, type Visit } from './handle-request.ts';

export interface ServeVisitParts extends HandleRequestParts {
  readonly metrics: Pick<FacadeMetrics, 'inFlight' | 'refusals'>;
  readonly log: Logger;
}

/** Around the walk: whatever happens in it, the client gets an answer or a broken connection, and the process goes on. */
export async function serveVisit(parts: ServeVisitParts, visit: Visit): Promise<void> {
  parts.metrics.inFlight.count += 1;
  try {
    await handleRequest(parts, visit);
  } catch (err) {
    parts.log.error({ event: 'request.crashed', err }, messageOf(err));
    // An answer that is whole stays one.
    if (visit.response.writableEnded) return;
    if (visit.response.headersSent) visit.response.destroy();
    else
      answerProblem(visit.response, problem(500, 'internal', 'Internal error', 'The request could not be served.'), []);
  } finally {
    parts.metrics.inFlight.count -= 1;
    if (!visit.upgrade) discardUpload(visit.request);
  }
}
