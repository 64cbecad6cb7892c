import type { z } from 'zod';
import type { ProblemName } from './problems.ts';

/** One route of the public interface, as data: the server serves it, the document describes it, tests and callers read it. Each needs a token. */
export interface RouteContract {
  readonly method: 'get' | 'post' | 'put';
  /** As OpenAPI writes it: `/vehicles/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** Others get 403 forbidden, whatever they ask. */
  readonly isForOperators?: boolean;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly answer: Answer;
  /** Beside the common ones. */
  readonly problems: readonly ProblemName[];
}

export interface Answer {
  readonly status: 200 | 201;
  readonly schema: z.ZodType;
  /** The new thing's path, with `{id}` for its id. */
  readonly location?: string;
}
