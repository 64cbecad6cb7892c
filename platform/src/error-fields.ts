import { BanyanError, codeOf, messageOf } from './banyan-error.ts';

const deepestCause = 5;
const longestStack = 4_000;

/**
 * What a log line says about anything that was thrown. Only named fields: errors of libraries carry bodies (body-parser)
 * and row values (the `detail` of Postgres), which must not reach a log.
 */
export function errorFields(thrown: unknown, depth = 0): Readonly<Record<string, unknown>> {
  if (!(thrown instanceof Error)) return { message: messageOf(thrown) };
  const { name, message, stack, cause } = thrown;
  return {
    type: name,
    code: codeOf(thrown) || undefined,
    message: messageOf(thrown) || message,
    ...(thrown instanceof BanyanError && { concerning: thrown.concerning, remedy: thrown.remedy }),
    ...placeOf(thrown),
    stack: stack?.slice(0, longestStack),
    cause: cause === undefined || depth === deepestCause ? undefined : errorFields(cause, depth + 1),
  };
}

/** The names that Postgres reports beside its message. */
function placeOf(err: Error): Readonly<Record<string, unknown>> {
  if (!('severity' in err)) return {};
  const { schema, table, column, constraint } = err as unknown as Readonly<Record<string, unknown>>;
  return { schema, table, column, constraint };
}
