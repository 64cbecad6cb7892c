import { integer } from '@banyan/platform';

/** What clients and waiting requests may take. */
export const limitFields = {
  limitedCallersLimit: integer('FACADE_LIMITED_CALLERS', {
    about: 'callers whose requests are counted at a time, over all limits of the rules',
    fallback: 100_000,
    min: 1,
  }),
  bodyBytesPerSecond: integer('FACADE_BODY_BYTES_PER_SECOND', {
    about: 'least rate at which the body of a request must come while its side takes it; gRPC is exempt; 0 is no limit',
    fallback: 100,
  }),
  bodyRateMs: integer('FACADE_BODY_RATE_MS', {
    about: 'time over which that rate is measured, again and again',
    fallback: 15_000,
    min: 100,
  }),
};
