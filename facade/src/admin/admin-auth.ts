import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@banyan/platform';

/** Who holds the one token that there is; in audit lines. */
export const adminName = 'admin';

/** Compares digests, so that neither the length nor a common beginning shows in the time it takes. */
export function isAuthorised(authorization: string | undefined, token: Secret): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && isSameToken(given, token);
}

/** As {@link isAuthorised}, for a token that comes by itself. */
export function isSameToken(given: string, token: Secret): boolean {
  return timingSafeEqual(digestOf(given), digestOf(token.reveal()));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
