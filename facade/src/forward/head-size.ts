// "HTTP/1.1", two spaces and a line end; ": " and a line end; the Connection line and the end of the head.
const requestLineBytes = 12;
const headerLineBytes = 4;
const endBytes = 26;

/**
 * Of a request as it goes to a side, what we add to it included. Header text is latin1: a character is a byte.
 *
 * @param headers - flat
 */
export function headSizeBytes(method = '', target: string, headers: readonly string[]): number {
  let sizeBytes = requestLineBytes + endBytes + method.length + target.length + (headers.length / 2) * headerLineBytes;
  for (const text of headers) sizeBytes += text.length;
  return sizeBytes;
}

/** A client's legal request can be too large for the side once our own headers are in it. Not a byte was sent. */
export const headTooLarge = { kind: 'request-refused', code: 'HEAD_TOO_LARGE' } as const;
