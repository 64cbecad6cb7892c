import { limitsOf, type RouteLimits, type RouteMatch } from '@banyan/routing-rules';
import type { Passport } from '../arrival/introduce.ts';
import { clientNetwork } from '../door/connection-count.ts';
import type { ClientRequest } from '../forward/client-request.ts';
import type { Failure } from '../forward/outcome.ts';
import type { UploadLimits } from '../forward/upload.ts';
import type { Pace } from '../forward/upload-pace.ts';
import type { Caller } from '../identity/identify.ts';
import type { TrustedPeers } from '../identity/trusted-peers.ts';
import { clientAddress } from './client-address.ts';
import { rateLimitFields } from './rate-limit-fields.ts';
import type { RequestBuckets } from './request-buckets.ts';

/** What the limits of its route say to one request. */
export interface Admission {
  /** How it ended here; undefined when it may go on. */
  readonly refusal: Failure | undefined;
  /** For the client; flat. */
  readonly headers: readonly string[] | undefined;
  /** What its body may be; see `uploadOf`. */
  readonly uploadLimits: UploadLimits | undefined;
}

export interface Entering {
  readonly request: Pick<ClientRequest, 'headers'>;
  readonly passport: Pick<Passport, 'peerAddress' | 'isPeerTrusted'>;
  readonly caller: Pick<Caller, 'subject' | 'source'>;
}

/** Takes what the request needs of its caller's budget. Where nothing is limited it costs one comparison. */
export type Admit = (match: RouteMatch, entering: Entering) => Admission;

export interface AdmitParts {
  readonly buckets: RequestBuckets;
  readonly trustedPeers: TrustedPeers;
  /** At which every body must come in. */
  readonly pace: Pace | undefined;
}

export function createAdmit({ buckets, trustedPeers, pace }: AdmitParts): Admit {
  const unlimited: Admission = Object.freeze({ refusal: undefined, headers: undefined, uploadLimits: { pace } });
  const admit = ({ requests, bodyBytes }: RouteLimits, entering: Entering): Admission => {
    const isTooLarge = Number(entering.request.headers['content-length'] ?? 0) > (bodyBytes ?? Infinity);
    const tooLarge: Failure | undefined = isTooLarge ? { kind: 'body-too-large', phase: 'connect' } : undefined;
    const uploadLimits = { bodyBytes, pace };
    if (!requests) return { refusal: tooLarge, headers: undefined, uploadLimits };
    const taken = buckets.take(requests, callerOf(requests.by, entering, trustedPeers));
    const refusal: Failure | undefined = taken.isAllowed ? tooLarge : { kind: 'rate-limited' };
    return { refusal, headers: rateLimitFields(requests, taken), uploadLimits };
  };
  return (match, entering) => {
    const limits = limitsOf(match);
    return limits ? admit(limits, entering) : unlimited;
  };
}

/** Nobody else's word counts: whoever sends no cookie is given a new id, and a header of a stranger is not read. */
function callerOf(
  by: 'subject' | 'address',
  { request, passport, caller: { subject, source } }: Entering,
  trustedPeers: TrustedPeers,
): string {
  const isVerified = source === 'token' || source === 'header';
  if (by === 'subject' && isVerified && subject.kind === 'identified') return `subject ${subject.id}`;
  const hops = request.headers['x-forwarded-for']?.toString();
  return `address ${clientNetwork(clientAddress(passport, hops, trustedPeers))}`;
}
