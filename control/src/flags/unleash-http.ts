import { z } from 'zod';
import { BanyanError, type Secret } from '@banyan/platform';

export interface UnleashAdminOptions {
  /** Base URL of the Unleash server, without `/api`. */
  readonly url: string;
  /** An admin API token. */
  readonly token: Secret;
  readonly project?: string;
  readonly environment?: string;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}
export type Caller = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** @throws {BanyanError} UNLEASH_UNREACHABLE from every call that gets no answer in time */
export function createCaller({ url, token, timeoutMs = 5_000 }: UnleashAdminOptions): Caller {
  const base = url.replace(/\/+$/, '');
  return async (method, path, body) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { authorization: token.reveal(), 'content-type': 'application/json' };
    try {
      const response = await fetch(base + path, {
        method,
        headers,
        signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : parseJson(text) };
    } catch (cause) {
      throw new BanyanError('UNLEASH_UNREACHABLE', `Unleash does not answer at ${base}.`, {
        remedy:
          'Start it, or correct its URL; flags keep the values that the facades have. The local override works without it.',
        concerning: base,
        cause,
      });
    }
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws {BanyanError} UNLEASH_DENIED or UNLEASH_REFUSED unless the answer is 2xx */
export function expectOk({ status, body }: Answer, what: string): unknown {
  if (status >= 200 && status < 300) return body;
  const denied = status === 401 || status === 403;
  throw new BanyanError(
    denied ? 'UNLEASH_DENIED' : 'UNLEASH_REFUSED',
    `Unleash refused to ${what} (status ${status}).`,
    {
      remedy: denied
        ? 'Use an admin API token of this Unleash.'
        : `Check the flag, the project and the environment${reasonIn(body)}.`,
      concerning: what,
    },
  );
}

function reasonIn(body: unknown): string {
  const parsed = z.object({ message: z.string() }).safeParse(body);
  return parsed.success ? `: ${parsed.data.message}` : '';
}
