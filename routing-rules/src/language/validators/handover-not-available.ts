import type { Finding } from '../../problem/finding.ts';
import { capabilitiesOf, type Validator } from './validator.ts';

/** The language knows the fenced hand-off; nothing carries it out yet, and to pretend would lose writes. */
export const handoverNotAvailable: Validator = (draft) =>
  capabilitiesOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    if (rule.handover !== 'fenced') return [];
    const remedy = 'Write "handover: immediate" and read docs/guide/cutover.md on what can go wrong in that moment.';
    return [
      {
        code: 'handover-not-available',
        path: [...path, 'handover'],
        message: 'The fenced hand-off is not available yet.',
        remedy,
      },
    ];
  });
