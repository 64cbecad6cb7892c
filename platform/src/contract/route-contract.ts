import type { z } from 'zod';

/**
 * One route of a public interface, as data: the server serves it, the document describes it, tests and callers read it.
 * Each needs a token. `Name` is the last part of a problem's `type`.
 */
export interface RouteContract<Name extends string = string> {
  readonly method: 'get' | 'post' | 'put';
  /** As OpenAPI writes it: `/things/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly answer: JsonAnswer | EventsAnswer;
  /** Beside the common ones. */
  readonly problems: readonly Name[];
}

export interface JsonAnswer {
  readonly kind: 'json';
  readonly status: 200 | 201;
  readonly schema: z.ZodType;
  /** The new thing's path, with `{id}` for its id. */
  readonly location?: string;
}

/** Server-sent events; whoever serves the route writes them. */
export interface EventsAnswer {
  readonly kind: 'events';
  readonly status: 200;
  readonly description: string;
}
