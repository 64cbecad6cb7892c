import type { ErrorRequestHandler, RequestHandler } from 'express';
import { messageOf } from '../legacy-error.ts';
import type { Log } from '../log.ts';
import { Refusal, sendProblem, type Problem } from './refusal.ts';

export const answerNoRoute: RequestHandler = (request) => {
  throw new Refusal(404, 'no-such-route', `${request.method} ${request.path} is not served here.`);
};

export function answerErrors(log: Log): ErrorRequestHandler {
  // Express recognises an error handler by its four parameters.
  return (err: unknown, request, response, next) => {
    if (response.headersSent) {
      next(err);
      return;
    }
    const problem = problemOf(err);
    if (problem.status === 500) {
      const requestId = response.get('x-request-id');
      log.error({ event: 'request.failed', requestId, method: request.method, err }, messageOf(err));
    }
    sendProblem(response, problem);
  };
}

function problemOf(err: unknown): Problem {
  if (err instanceof Refusal) return err.problem;
  // Body parser and router put the status of a client's mistake on the error.
  const status = err instanceof Error && 'status' in err && typeof err.status === 'number' ? err.status : 500;
  if (status === 413) return new Refusal(413, 'body-too-large', 'Send a smaller body.').problem;
  if (status >= 400 && status < 500) return new Refusal(status, 'bad-request', messageOf(err)).problem;
  return new Refusal(500, 'internal', 'The request could not be served; the log has the cause under this request id.')
    .problem;
}
