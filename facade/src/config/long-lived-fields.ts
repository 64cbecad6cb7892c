import { integer } from '@banyan/platform';

/** WebSockets, event streams, and other exchanges without an end. */
export const longLivedFields = {
  upgradesLimit: integer('FACADE_UPGRADES', {
    about: 'WebSockets at a time; one more is answered with 503',
    fallback: 10_000,
    min: 1,
  }),
  longLivedLimit: integer('FACADE_LONG_LIVED', {
    about: 'WebSockets and streams that are followed by a roll-back',
    fallback: 50_000,
    min: 1,
  }),
  rollbackCloseMs: integer('FACADE_ROLLBACK_CLOSE_MS', {
    about: 'time within which the WebSockets and streams of a scope that is rolled back are closed',
    fallback: 5_000,
    max: 600_000,
  }),
};
