import type { OutgoingHttpHeaders } from 'node:http';
import { vi } from 'vitest';
import { startFacade, type TestFacade } from './facade.ts';
import type { Sides } from './sides.ts';

/** The moment at which these tests start. */
export const startMs = Date.parse('2026-03-01T12:00:00Z');

export interface CachedSide {
  readonly origin: string;
  readonly asked: { readonly method: string; readonly headers: Readonly<Record<string, unknown>> }[];
}

/** Answers with these headers and a body that tells how often it was asked; 304 to its own validators. */
export async function aCachedSide(sides: Sides, headers: OutgoingHttpHeaders, status = 200): Promise<CachedSide> {
  const asked: CachedSide['asked'] = [];
  const origin = await sides.node((request, response) => {
    asked.push({ method: request.method ?? '', headers: request.headers });
    const { 'if-none-match': tag, 'if-modified-since': since } = request.headers;
    const isKnown =
      tag === undefined ? since !== undefined && since === headers['Last-Modified'] : tag === headers['ETag'];
    request.resume();
    if (isKnown) response.writeHead(304, headers).end();
    else response.writeHead(status, headers).end(status === 204 ? '' : `answer ${asked.length}`);
  });
  return { origin, asked };
}

export async function aCachingFacade(sides: Sides, origin: string, cache = 'true'): Promise<TestFacade> {
  const facade = await startFacade({
    rules: `
version: 1
upstreams: { legacy: { side: legacy, url: ${origin} } }
defaults: { upstream: legacy }
routes:
  - { id: list, methods: [GET], path: /list, cache: ${cache} }
  - { id: change, methods: [PUT, POST, DELETE], path: /list, upstream: legacy }
`,
  });
  sides.onClose(() => facade.close());
  return facade;
}

export interface CacheSteps {
  readonly answer: OutgoingHttpHeaders;
  readonly status?: number;
  readonly first?: Readonly<Record<string, string>>;
  readonly second?: Readonly<Record<string, string>>;
  readonly afterSeconds?: number;
  readonly cache?: string;
}

/** What the second of two requests got, and how often the side was asked. */
export async function secondOf(
  sides: Sides,
  { answer, status, first = {}, second = first, afterSeconds = 1, cache }: CacheSteps,
) {
  const side = await aCachedSide(sides, answer, status);
  const facade = await aCachingFacade(sides, side.origin, cache);
  await (await fetch(`${facade.url}/list`, { headers: first, redirect: 'manual' })).text();
  vi.setSystemTime(startMs + afterSeconds * 1000);
  const got = await fetch(`${facade.url}/list`, { headers: second, redirect: 'manual' });
  const [body, age, result] = [await got.text(), got.headers.get('age'), got.headers.get('x-banyan-cache')];
  return { result, body, age, status: got.status, askedCount: side.asked.length, side };
}
