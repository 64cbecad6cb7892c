import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

// A text, or pieces of it, of which one may be repeated: `[GET /, { text: a, times: 9000 }, ...]`.
const bytes = z
  .union([z.string(), z.array(z.union([z.string(), z.strictObject({ text: z.string(), times: z.int() })]))])
  .transform((given) =>
    typeof given === 'string'
      ? given
      : given.map((piece) => (typeof piece === 'string' ? piece : piece.text.repeat(piece.times))).join(''),
  )
  .refine((text) => /^[\0-\xff]*$/.test(text), 'one character is one byte');

const about = { name: z.string(), rfc: z.string() };

const requestCase = z.union([
  /** Answered by the facade with this status; the connection is closed and the side sees nothing. */
  z.strictObject({ ...about, send: bytes, refused: z.int() }),
  /** The side sees exactly these bytes, and the client gets its answers. */
  z.strictObject({ ...about, send: bytes, forwarded: bytes }),
  /** The same, and what stands behind is refused with a status of its own. */
  z.strictObject({ ...about, send: bytes, forwarded: bytes, then: z.int() }),
  /** The request turned out to be none when the side had a part of it: the side never gets a whole one. */
  z.strictObject({ ...about, send: bytes, cut: bytes, status: z.int() }),
]);
export type RequestCase = z.infer<typeof requestCase>;

const answer = {
  ...about,
  send: bytes.default('GET /a HTTP/1.1\r\nHost: a\r\n\r\n'),
  answer: bytes,
  /** What the side does behind its answer. */
  then: z.enum(['close', 'reset']).optional(),
  /** As in the log line. */
  outcome: z.string(),
};
const responseCase = z.union([
  /** The client gets exactly these bytes. */
  z.strictObject({ ...answer, client: bytes }),
  /** The client is answered by the facade, with a problem. */
  z.strictObject({ ...answer, status: z.int() }),
  /** The client has exactly these bytes when its connection breaks. */
  z.strictObject({ ...answer, broken: bytes }),
]);
export type ResponseCase = z.infer<typeof responseCase>;

export const requestCases = (): readonly RequestCase[] => casesIn('requests', requestCase);
export const responseCases = (): readonly ResponseCase[] => casesIn('responses', responseCase);

function casesIn<T>(folder: string, schema: z.ZodType<T>): readonly T[] {
  const home = new URL(`../../conformance/${folder}/`, import.meta.url);
  return readdirSync(home)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => z.array(schema).parse(parse(readFileSync(new URL(name, home), 'utf8'))));
}

/** What the facade adds to a request for the host `a`, in the corpus written `<introduced>`. */
const introduced = [
  'x-forwarded-for: 127.0.0.1',
  'x-forwarded-proto: http',
  'x-forwarded-host: a',
  'forwarded: for=127.0.0.1;host=a;proto=http',
  'x-request-id: <id>',
  'traceparent: 00-<trace>-<span>-01',
];

// What the facade adds to an answer, in the corpus written `<served>`.
const served = [
  'x-banyan-side: legacy',
  'x-request-id: <id>',
  'Date: <date>',
  'Connection: keep-alive',
  'Keep-Alive: timeout=65',
];

/** The bytes that a case means. */
export function expanded(text: string): string {
  return text
    .replaceAll('<introduced>', `${introduced.join('\r\n')}\r\n`)
    .replaceAll('<served>', `${served.join('\r\n')}\r\n`);
}

// Kept as it is where a case sends it.
const givenTrace = '0af7651916cd43dd8448eb211c80319c';

/** Takes the place of what is random, and of nothing else. */
export function normalised(text: string): string {
  return text
    .replaceAll(/\b(x-request-id: )[0-9a-f]{32}(?=\r\n)/g, '$1<id>')
    .replaceAll(/\b00-([0-9a-f]{32})-[0-9a-f]{16}-/g, (_, trace: string) =>
      trace === givenTrace ? `00-${trace}-<span>-` : '00-<trace>-<span>-',
    )
    .replaceAll(/Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'Date: <date>');
}
