import type { Readable } from 'node:stream';
import { BanyanError } from '@banyan/platform';

export class BodyTooLarge extends BanyanError {
  constructor() {
    super('BODY_TOO_LARGE', 'The body is larger than its route allows.', {
      remedy: 'Send less, or raise limits.bodyBytes in the rules.',
    });
  }
}

export class BodyTooSlow extends BanyanError {
  constructor() {
    super('BODY_TOO_SLOW', 'The body comes in too slowly.', {
      remedy: 'Send faster, or lower FACADE_BODY_BYTES_PER_SECOND.',
    });
  }
}

/** Why an upload was broken off here. */
export function uploadFailureOf(body: Readable | undefined): BodyTooLarge | BodyTooSlow | undefined {
  const err = body?.errored;
  return err instanceof BodyTooLarge || err instanceof BodyTooSlow ? err : undefined;
}
