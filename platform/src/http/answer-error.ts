import type { ErrorRequestHandler } from 'express';
import { messageOf } from '../banyan-error.ts';
import { policyFor } from '../failure-policy.ts';
import type { Logger } from '../logger.ts';
import { ProblemError, problem, sendProblem, type Problem } from './problem.ts';

/** Answers every error with a problem document. What is ours to repair is logged; it answers 503 when it passes by itself. */
export function answerError(log: Logger): ErrorRequestHandler {
  return (err: unknown, { requestId }, response, next) => {
    const document = problemOf(err);
    if (!(err instanceof ProblemError) && document.status >= 500)
      log.error({ event: 'request.failed', requestId, err }, messageOf(err));
    if (response.headersSent) {
      // Half an answer is out: only a broken connection can tell the client that the rest is missing.
      response.destroy();
      next();
      return;
    }
    if (document.status === 503 && !response.hasHeader('retry-after')) response.set('retry-after', '1');
    sendProblem(response, document);
  };
}

function problemOf(err: unknown): Problem {
  if (err instanceof ProblemError) return err.problem;
  const status = statusForClient(err);
  if (status !== undefined) return refused[status] ?? { ...unreadable, status };
  return policyFor(err).retry === 'timed' ? unavailable : internal;
}

/** Express and its body parser mark what the client did wrong; the message is not shown, it may quote the body. */
function statusForClient(err: unknown): number | undefined {
  if (!(err instanceof Error) || !('status' in err) || typeof err.status !== 'number') return undefined;
  const isForClient = err instanceof URIError || ('expose' in err && err.expose === true);
  return isForClient && err.status < 500 ? err.status : undefined;
}

const unreadable = problem(
  400,
  'bad-request',
  'Bad request',
  'The request cannot be read; send JSON and a well-formed path.',
);
const refused: Readonly<Record<number, Problem>> = {
  413: problem(413, 'body-too-large', 'Body too large', 'Send a smaller body.'),
  415: problem(415, 'unsupported-media-type', 'Unsupported media type', 'Send JSON in UTF-8.'),
};
const unavailable = problem(
  503,
  'unavailable',
  'Unavailable',
  'Something this service needs cannot be reached now; try again. The log has the cause under this request id.',
);
const internal = problem(
  500,
  'internal',
  'Internal error',
  'The request could not be served; the log has the cause under this request id.',
);
