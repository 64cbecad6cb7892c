import { commonProblems } from '@banyan/platform';

/** Every problem document (RFC 9457) of this service: the last part of its `type`, and its status. */
export const problems = {
  ...commonProblems,
  'vehicle-not-found': 404,
  'sensor-not-found': 404,
  'plate-taken': 409,
  'vehicle-retired': 409,
} as const;
export type ProblemName = keyof typeof problems;
