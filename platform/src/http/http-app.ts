import express, { type Express, type Router } from 'express';
import { messageOf } from '../banyan-error.ts';
import { withDeadline, type Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { answerError } from './answer-error.ts';
import { observeRequests } from './observe-requests.ts';
import { problem, sendProblem } from './problem.ts';
import { assignRequestId } from './request-id.ts';

/** One condition of readiness. `why` is shown to the operator when it does not hold. */
export interface ReadyCheck {
  readonly name: string;
  readonly check: () => Promise<{ readonly isReady: boolean; readonly why?: string }>;
}

export interface HttpAppParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readyChecks?: readonly ReadyCheck[];
  /** While it closes, `/ready` answers 503, so that nobody sends new work here. */
  readonly lifecycle?: Pick<Lifecycle, 'isClosing'>;
  /** Mounted after the request id and before the error handler. Build it with {@link createRouter}. */
  readonly routes: Router;
  readonly bodyBytesLimit?: number;
}

/**
 * An Express application with a request id, JSON bodies with a bound, `/health`, `/ready`, `/metrics`,
 * one debug line and one histogram observation per request, and problem documents for every error.
 */
export function createHttpApp(parts: HttpAppParts): Express {
  const { log, metrics, routes, bodyBytesLimit = 262_144 } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(assignRequestId);
  app.use(ownRoutes(parts));
  app.use(observeRequests(log, metrics));
  app.use(express.json({ limit: bodyBytesLimit, strict: true }));
  app.use(routes);
  app.use((request, response) => {
    sendProblem(
      response,
      problem(404, 'no-such-route', 'No such route', `${request.method} ${request.path} is not served here.`),
    );
  });
  app.use(answerError(log));
  return app;
}

/** A router whose parameters keep the types of the path. */
export const createRouter = (): Router => express.Router();

/** What probes and scrapers ask; not observed, it would drown the real requests. */
function ownRoutes({ metrics, readyChecks = [], lifecycle }: HttpAppParts): Router {
  const router = createRouter();
  router.get('/health', (_request, response) => void response.json({ status: 'up' }));
  router.get('/ready', async (_request, response) => {
    const checks = lifecycle?.isClosing ? [closing] : await Promise.all(readyChecks.map(runCheck));
    response.status(checks.every(({ isReady }) => isReady) ? 200 : 503).json({ checks });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}

interface CheckResult {
  readonly name: string;
  readonly isReady: boolean;
  readonly why?: string;
}

const closing: CheckResult = { name: 'process', isReady: false, why: 'the process is closing' };

// Shorter than a probe waits: an answer that names the stuck part is worth more than none.
const checkTimeoutMs = 900;

async function runCheck({ name, check }: ReadyCheck): Promise<CheckResult> {
  try {
    return { name, ...(await withDeadline(check(), checkTimeoutMs, name)) };
  } catch (err) {
    return { name, isReady: false, why: messageOf(err) };
  }
}
