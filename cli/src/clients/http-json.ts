import { BanyanError, type Secret } from '@banyan/platform';
import { z } from 'zod';

export interface JsonClientOptions {
  readonly name: string;
  readonly url: string;
  readonly token?: Secret | undefined;
  readonly timeoutMs?: number;
}

export interface JsonClient {
  /** @throws {BanyanError} CLI_UNREACHABLE, CLI_REFUSED */
  call<T>(schema: z.ZodType<T>, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** The same for what is no JSON document. */
  text(method: 'GET', path: string): Promise<string>;
}

/** One of our own processes, spoken to over its admin HTTP. */
export function createJsonClient({ name, url, token, timeoutMs = 5_000 }: JsonClientOptions): JsonClient {
  const base = url.replace(/\/+$/, '');
  async function send(method: string, path: string, body: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token.reveal()}` }) };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await fetch(base + path, {
        method,
        headers,
        signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new BanyanError('CLI_UNREACHABLE', `The ${name} does not answer at ${base}.`, {
        remedy: 'Start it (`banyan up` starts everything), or correct its address.',
        concerning: base,
        cause,
      });
    }
  }
  async function answerTo(method: string, path: string, body: unknown): Promise<string> {
    const response = await send(method, path, body);
    const text = await response.text();
    if (!response.ok) throw refused(name, response.status, text);
    return text;
  }
  return {
    async call(schema, method, path, body) {
      const text = await answerTo(method, path, body);
      return schema.parse(text === '' ? undefined : JSON.parse(text));
    },
    text: (method, path) => answerTo(method, path, undefined),
  };
}

const problemSchema = z.object({ title: z.string(), detail: z.string() });

function refused(name: string, status: number, text: string): BanyanError {
  const parsed = z
    .string()
    .transform((value) => JSON.parse(value) as unknown)
    .pipe(problemSchema)
    .safeParse(text, { error: () => 'no problem document' });
  const reason = parsed.success ? `${parsed.data.title}: ${parsed.data.detail}` : `status ${status}`;
  const remedy =
    status === 401 ? 'Set BANYAN_FACADE_ADMIN_TOKEN to its admin token.' : 'Correct the call and repeat it.';
  return new BanyanError('CLI_REFUSED', `The ${name} refused: ${reason}.`, { remedy, concerning: name });
}
