import { integer } from '@banyan/platform';

/** What clients and waiting requests may take. */
export const limitFields = {
  limitedCallersLimit: integer('FACADE_LIMITED_CALLERS', {
    about: 'callers whose requests are counted at a time, over all limits of the rules',
    fallback: 100_000,
    min: 1,
  }),
};
