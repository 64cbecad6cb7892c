import { commonProblems } from '@banyan/platform';

/** Every problem document (RFC 9457) of this service: the last part of its `type`, and its status. */
export const problems = {
  ...commonProblems,
  'trip-not-found': 404,
  'no-position': 404,
  'illegal-trip-transition': 409,
  'trip-without-vehicle': 409,
  'trip-not-started': 409,
  'too-many-streams': 503,
} as const;
export type ProblemName = keyof typeof problems;
