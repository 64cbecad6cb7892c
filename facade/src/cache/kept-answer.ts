import { answerPolicy, type AnswerPolicy } from './answer-policy.ts';
import { headerMapOf, withoutHeaders, type HeaderMap } from './header-map.ts';

/** A whole answer of a side, before any transformation for the client. */
export interface KeptAnswer {
  readonly status: number;
  /** Flat, as the side sent them, without hop-by-hop names. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly policy: AnswerPolicy;
}

// RFC 9111 3.2: these describe the body that stays as it is.
const ofBody: ReadonlySet<string> = new Set(['content-length', 'content-encoding', 'content-range', 'content-type']);

export interface Renewal {
  readonly request: HeaderMap;
  /** Flat, of the 304. */
  readonly headers: readonly string[];
  readonly askedAtMs: number;
  readonly maxSeconds: number;
  readonly nowMs: () => number;
}

/**
 * The answer with what a 304 says about it now.
 *
 * @returns with a policy of its own; `mayStay` is false when the side no longer lets it be kept, or means another one
 */
export function renew(
  kept: KeptAnswer,
  { headers, ...renewal }: Renewal,
): { readonly answer: KeptAnswer; readonly mayStay: boolean } {
  const fresh = withoutHeaders(headers, ofBody);
  const replaced = new Set(Object.keys(headerMapOf(fresh)));
  const merged = [...withoutHeaders(kept.headers, new Set([...replaced, 'age'])), ...fresh];
  const policy = answerPolicy({ ...renewal, status: kept.status, headers: headerMapOf(merged) });
  const isOther = isOtherEtag(kept.policy.etag, headerMapOf(fresh)['etag']);
  return {
    answer: { ...kept, headers: merged, policy: policy ?? kept.policy },
    mayStay: policy !== undefined && !isOther,
  };
}

function isOtherEtag(ours: string | undefined, theirs: string | undefined): boolean {
  return theirs !== undefined && theirs.replace(/^\s*W\//, '') !== ours?.replace(/^\s*W\//, '');
}

// An answer with a length has no trailers, even where they were announced and did not come.
const notKept: ReadonlySet<string> = new Set(['age', 'content-length', 'trailer']);

/** Flat headers for a client now: with the age, and with the length that is known by now. */
export function headersNow({ status, headers, body, policy }: KeptAnswer): string[] {
  const plain = withoutHeaders(headers, notKept);
  const length = status === 204 ? [] : ['Content-Length', String(body.length)];
  return [...plain, ...length, 'Age', String(Math.max(0, Math.round(policy.ageSeconds())))];
}
