import CachePolicy from 'http-cache-semantics';
import { plainDirectives, readDirectives, secondsOf, type Directives } from './directives.ts';
import type { HeaderMap } from './header-map.ts';

/** What RFC 9111 lets a shared cache do with one answer. */
export interface AnswerPolicy {
  ageSeconds(): number;
  /** Without asking the side again; never when stale, whatever the request says. */
  satisfies(request: HeaderMap): boolean;
  /** For requests with the same values of these headers; undefined where one was missing. */
  readonly varied: readonly (readonly [name: string, value: string | undefined])[];
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

export interface JudgedAnswer {
  readonly request: HeaderMap;
  readonly status: number;
  readonly headers: HeaderMap;
  /** On the clock of `nowMs`, when the request was sent. */
  readonly askedAtMs: number;
  readonly maxSeconds: number;
  /** Since 1970. */
  readonly nowMs: () => number;
}

/**
 * The policy for an answer to GET; undefined when it must not be kept. `http-cache-semantics` judges freshness; the guards
 * around it are ours, for what it leaves open (docs/adr/0021).
 */
export function answerPolicy(answer: JudgedAnswer): AnswerPolicy | undefined {
  const { headers, maxSeconds } = answer;
  const directives = readDirectives(headers['cache-control']);
  const varied = variedBy(answer);
  if (!varied || isForOneCaller(answer, directives) || isRisky(answer)) return undefined;
  const policy = judge(answer, directives);
  const [etag, lastModified] = [headers['etag'], headers['last-modified']];
  if (!policy.storable() || (policy.maxAge() <= 0 && etag === undefined && lastModified === undefined))
    return undefined;
  return {
    ageSeconds: () => policy.age(),
    satisfies: (request) => policy.age() <= maxSeconds && policy.satisfiesWithoutRevalidation(plainRequest(request)),
    varied,
    etag,
    lastModified,
  };
}

const sharing = ['public', 'must-revalidate', 's-maxage'] as const;

/** RFC 9111 3.5, and more: a cookie that an answer sets is for whoever asked. */
function isForOneCaller({ request, headers }: JudgedAnswer, directives: Directives): boolean {
  if (headers['set-cookie'] !== undefined) return true;
  if (request['authorization'] === undefined) return false;
  return !sharing.some((name) =>
    name === 's-maxage' ? secondsOf(directives.get(name)) !== undefined : directives.has(name),
  );
}

/** An encoding that is not negotiated, or a stream: one caller's answer might not be readable for another, or has no end. */
function isRisky({ headers }: JudgedAnswer): boolean {
  if (/^\s*text\/event-stream/i.test(headers['content-type'] ?? '')) return true;
  const encoding = headers['content-encoding'];
  return encoding !== undefined && !/(^|[\s,])accept-encoding($|[\s,])/i.test(headers['vary'] ?? '');
}

// What the side got under these names is ours, not the client's: its value is not the one to compare.
const ours = /^(x-forwarded-.*|x-banyan-.*|forwarded|x-request-id|traceparent|tracestate|x-real-ip)$/;

function variedBy({ request, headers }: JudgedAnswer): AnswerPolicy['varied'] | undefined {
  const names = (headers['vary'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.some((name) => name === '*' || ours.test(name))) return undefined;
  return [...new Set(names)].map((name) => [name, request[name]]);
}

export function isOfVariant({ varied }: Pick<AnswerPolicy, 'varied'>, request: HeaderMap): boolean {
  return varied.every(([name, value]) => request[name] === value);
}

function judge({ request, status, headers, askedAtMs, nowMs }: JudgedAnswer, directives: Directives): CachePolicy {
  class PolicyOnOurClock extends CachePolicy {
    now(): number {
      return nowMs();
    }
  }
  const answer = {
    status,
    headers: {
      'cache-control': plainDirectives(directives),
      ...(headers['expires'] !== undefined && { expires: headers['expires'] }),
      ...(headers['date'] !== undefined && { date: headers['date'] }),
      ...(headers['pragma'] !== undefined && directives.size === 0 && { pragma: headers['pragma'] }),
      age: String(Math.floor(initialAgeSeconds(headers, askedAtMs, nowMs()))),
    },
  };
  // No guess at freshness: what says nothing is asked about each time.
  return new PolicyOnOurClock(plainRequest(request), answer, {
    shared: true,
    cacheHeuristic: 0,
    immutableMinTimeToLive: 0,
  });
}

/** @see RFC 9111 4.2.3 */
function initialAgeSeconds(headers: HeaderMap, askedAtMs: number, nowMs: number): number {
  const dateMs = Date.parse(headers['date'] ?? '');
  const apparent = Number.isNaN(dateMs) ? 0 : Math.max(0, (nowMs - dateMs) / 1000);
  const given = secondsOf(headers['age']?.trim()) ?? 0;
  return Math.max(apparent, given + (nowMs - askedAtMs) / 1000);
}

/** Vary and credentials are compared by us; to the library all requests are one. */
function plainRequest(request: HeaderMap): CachePolicy.HttpRequest {
  const control = request['cache-control'];
  const pragma = request['pragma'];
  return {
    method: 'GET',
    headers: {
      ...(control !== undefined && { 'cache-control': plainDirectives(readDirectives(control)) }),
      ...(pragma !== undefined && control === undefined && { pragma }),
    },
  };
}
