import type { IncomingHttpHeaders } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http2';
import { http2Fields } from '../http2-fields.ts';

/** The lines that follow a body, as Node's HTTP/2 takes them. One that is no header says nothing anybody relies on. */
export function trailerFields(lines: string): OutgoingHttpHeaders {
  const flat = lines.split('\r\n').flatMap((line) => {
    const nameLength = line.indexOf(': ');
    return nameLength === -1 ? [] : [line.slice(0, nameLength), line.slice(nameLength + 2)];
  });
  try {
    return http2Fields(flat);
  } catch {
    return {};
  }
}

/** `te: trailers` is the client's to say, and the one word of `TE` that HTTP/2 has (RFC 9113 8.2.2). */
export function withTe(flat: readonly string[], headers: IncomingHttpHeaders): readonly string[] {
  const said = headers['te']?.toString().split(',') ?? [];
  return said.some((coding) => coding.trim().toLowerCase() === 'trailers') ? [...flat, 'te', 'trailers'] : flat;
}
