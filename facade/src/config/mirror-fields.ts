import { integer } from '@banyan/platform';

/** Copies of requests that rules send to candidates. */
export const mirrorFields = {
  mirrorsLimit: integer('FACADE_MIRRORS', {
    about:
      'copies of requests under way to one upstream; one more is not sent; 0: rules that say `mirror` copy nothing',
    fallback: 64,
  }),
  mirrorBytes: integer('FACADE_MIRROR_BYTES', {
    about: 'memory for the bodies of such copies',
    fallback: 16_777_216,
    min: 1_024,
  }),
};
