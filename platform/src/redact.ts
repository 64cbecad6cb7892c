const hidden =
  /^(authorization|proxy-authorization|cookie|set-cookie)$|(password|passwd|secret|token|apikey|api-key)$/i;
const deepest = 4;

/**
 * The same fields, with the value of every key that names a secret replaced, at any depth down to four.
 * The last net; the first one is that nobody hands such values to the logger.
 * Own code instead of pino's wildcard paths, which cost 17 µs a line for three levels.
 */
export function redact(fields: Readonly<Record<string, unknown>>, depth = 1): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) safe[key] = hidden.test(key) ? '[redacted]' : inner(value, depth);
  return safe;
}

function inner(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === deepest) return value;
  if (Array.isArray(value)) return value.map((item) => inner(item, depth + 1));
  return isPlain(value) ? redact(value as Record<string, unknown>, depth + 1) : value;
}

// Errors, dates and Secrets know themselves how they print.
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
