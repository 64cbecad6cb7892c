import { integer } from '@banyan/platform';

/** Answers that rules let the facade keep. */
export const cacheFields = {
  cacheBytes: integer('FACADE_CACHE_BYTES', {
    about: 'memory for kept answers of all routes whose rule says `cache`',
    fallback: 67_108_864,
    min: 1_024,
  }),
};
