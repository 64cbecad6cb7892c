import { STATUS_CODES } from 'node:http';
import type { Side } from '@banyan/routing-rules';
import { headerMapOf, type HeaderMap } from '../cache/header-map.ts';
import { isUnprocessed, type ForwardOutcome } from '../forward/outcome.ts';

/** The code of a part that falls under an aggregate. */
export const nestedCode = 'AGGREGATE_IN_AGGREGATE';

/** Why a part is missing; few values, for the answer and for a metric. */
export type PartFailureKind =
  /** The side answered, with another status than 2xx. */
  | 'answered'
  /** Neither JSON nor empty. */
  | 'not-json'
  | 'too-large'
  | 'timed-out'
  /** No side could be reached. */
  | 'unavailable'
  | 'broken'
  /** There is no such part for this request. */
  | 'refused'
  | 'cancelled';

export type PartResult =
  | { readonly kind: 'there'; readonly side: Side | undefined; readonly json: string; readonly headers: HeaderMap }
  | { readonly kind: PartFailureKind; readonly side: Side | undefined; readonly status: number };

export interface PartEnding {
  readonly outcome: ForwardOutcome | undefined;
  readonly side: Side | undefined;
  readonly status: number;
  /** Flat. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly isTooLarge: boolean;
  readonly isLate: boolean;
}

/** What became of a part, once its exchange has ended. */
export function partResultOf(ending: PartEnding): PartResult {
  const { outcome, side, status, isTooLarge, isLate } = ending;
  if (isTooLarge) return { kind: 'too-large', side, status: 502 };
  if (isLate) return { kind: 'timed-out', side, status: 504 };
  if (!outcome) return { kind: 'refused', side, status };
  if (outcome.kind !== 'completed') return failedBy(outcome, side);
  if (status < 200 || status > 299) return { kind: 'answered', side, status };
  return readJson(ending);
}

function failedBy(outcome: ForwardOutcome, side: Side | undefined): PartResult {
  if (outcome.kind === 'client-aborted') return { kind: 'cancelled', side, status: 499 };
  // The rules lead a part to an aggregate for this one request (RFC 5842 7.2), or it cannot be sent at all.
  if (outcome.kind === 'request-refused')
    return { kind: 'refused', side, status: outcome.code === nestedCode ? 508 : 400 };
  if (outcome.kind === 'rate-limited') return { kind: 'refused', side, status: 429 };
  if (isUnprocessed(outcome)) return { kind: 'unavailable', side, status: 503 };
  return outcome.kind === 'timed-out'
    ? { kind: 'timed-out', side, status: 504 }
    : { kind: 'broken', side, status: 502 };
}

const jsonType = /^\s*application\/(?:json|[a-z0-9!#$&^_.+-]+\+json)\s*(?:;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text as it came, so that numbers keep their digits; only that it is JSON is made sure of. */
function readJson({ side, status, headers: flat, body }: PartEnding): PartResult {
  const headers = headerMapOf(flat);
  if (status === 204 || status === 205) return { kind: 'there', side, json: 'null', headers };
  const notJson = { kind: 'not-json', side, status: 502 } as const;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (!jsonType.test(headers['content-type'] ?? '') || encoding.trim().toLowerCase() !== 'identity') return notJson;
  try {
    const json = utf8.decode(body);
    JSON.parse(json);
    return { kind: 'there', side, json, headers };
  } catch {
    return notJson;
  }
}

/** Stable words for a status, where the kind says the rest. */
export function titleOf(status: number): string {
  return STATUS_CODES[status] ?? (status === 499 ? 'Client Closed Request' : 'Unknown');
}
