import type { z } from 'zod';
import { ProblemError, problem } from './problem.ts';

const errorCountLimit = 50;

/**
 * The value as `schema` reads it.
 *
 * @param where - `body`, `query` or `path`: the part of the request the value came from
 * @throws {ProblemError} 400 invalid-request naming every bad field; values are not repeated
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    where,
    parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  );
}

export function invalidRequest(
  where: string,
  errors: readonly { readonly path: string; readonly message: string }[],
): ProblemError {
  return new ProblemError({
    ...problem(
      400,
      'invalid-request',
      'Invalid request',
      `The ${where} of the request is not valid; "errors" names the fields.`,
    ),
    errors: errors.slice(0, errorCountLimit),
  });
}
