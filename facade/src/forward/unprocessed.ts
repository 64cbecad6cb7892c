import { BanyanError } from '@banyan/platform';

/** The server said that it did not look at the request (RFC 9113 8.7): as if nothing had been sent. */
export class Unprocessed extends BanyanError {
  constructor(cause: Error) {
    super('H2_REFUSED_STREAM', 'The upstream did not look at the request.', {
      remedy: 'It is shutting down, or takes fewer streams at a time; the request may be repeated.',
      cause,
    });
  }
}

/** As many requests as may wait for a connection or a stream to the upstream: our bound, which says nothing against it. */
export class QueueFull extends BanyanError {
  constructor() {
    super('QUEUE_FULL', 'Too many requests wait for the upstream.', {
      remedy: 'Repeat it later, or raise FACADE_UPSTREAM_WAITING.',
    });
  }
}
