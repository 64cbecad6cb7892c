import type { Finding } from '../../problem/finding.ts';
import { requestLimitsOf } from './limits-rules.ts';
import type { Validator } from './validator.ts';

/** What is said besides "none" would have no effect; whoever wrote it expects one. */
export const limitLifted: Validator = (draft) =>
  requestLimitsOf(draft).flatMap(({ requests, path }): readonly Finding[] => {
    if (requests.perSecond !== 'none') return [];
    const others = (['burst', 'by'] as const).filter((key) => requests[key] !== undefined);
    return others.map((key) => ({
      code: 'limit-lifted',
      path: [...path, key],
      isAboutKey: true,
      message: `"perSecond: none" lifts the limit, so "${key}" has no effect.`,
      remedy: `Say how many requests a second, or take "${key}" out.`,
    }));
  });
