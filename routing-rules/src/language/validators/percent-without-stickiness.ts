import type { Finding } from '../../problem/finding.ts';
import { capabilitiesOf, type Validator } from './validator.ts';

/** Without stickiness each request would be drawn anew, and everybody would end up on the extracted side. */
export const percentWithoutStickiness: Validator = (draft) =>
  capabilitiesOf(draft).flatMap(({ rule: { rollout }, path }): readonly Finding[] => {
    if (rollout === undefined || rollout.stickiness !== undefined) return [];
    const message = 'The percentage does not say whose bucket counts.';
    return [
      {
        code: 'percent-without-stickiness',
        path: [...path, 'rollout', 'stickiness'],
        message,
        remedy: 'Add "stickiness: scope".',
      },
    ];
  });
