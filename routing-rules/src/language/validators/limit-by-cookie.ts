import type { Finding } from '../../problem/finding.ts';
import { requestLimitsOf } from './limits-rules.ts';
import type { Validator } from './validator.ts';

/** Whoever sends no cookie is given a new id: as many callers as he likes. */
export const limitByCookie: Validator = (draft) =>
  requestLimitsOf(draft).flatMap(({ requests, subject, path }): readonly Finding[] =>
    requests.by === 'subject' && subject?.from === 'cookie'
      ? [
          {
            code: 'limit-by-cookie',
            path: [...path, 'by'],
            message: 'The id of a cookie bounds nobody: who sends none gets a new one.',
            remedy: 'Write "by: address".',
          },
        ]
      : [],
  );
