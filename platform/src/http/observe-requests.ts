import type { RequestHandler } from 'express';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';

// As in nginx: the client went away before it had the whole answer.
const clientClosedRequest = 499;

/** One debug line and one histogram observation per request, when its answer is sent or its client has gone. */
export function observeRequests(log: Logger, metrics: Metrics): RequestHandler {
  const durations = metrics.histogram('http_server_duration_seconds', 'Time from request to end of answer.', [
    'method',
    'status',
  ]);
  return ({ method, requestId }, response, next) => {
    const startedAtMs = performance.now();
    response.once('close', () => {
      const seconds = (performance.now() - startedAtMs) / 1_000;
      const status = response.writableFinished ? response.statusCode : clientClosedRequest;
      durations.observe({ method, status }, seconds);
      log.debug({ event: 'request.served', requestId, method, status, seconds }, 'request served');
    });
    next();
  };
}
