import type { Finding } from '../../problem/finding.ts';
import { accessOf } from '../access.ts';
import { routesOf, type RouteDraft, type Validator } from './validator.ts';

/** A read that names nothing goes to the default upstream; a write must say who owns what it writes. */
export const writeWithoutOwner: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    if (rule.capability !== undefined || rule.upstream !== undefined || !mayWrite(rule)) return [];
    const message = 'The route writes, and nobody owns what it writes.';
    return [
      {
        code: 'write-without-owner',
        path,
        message,
        remedy: 'Name its capability, or the upstream if it stays where it is.',
      },
    ];
  });

/** A route whose methods are wrong is not known to write; its methods have their own problem. */
function mayWrite(rule: RouteDraft): boolean {
  const isTold = rule.access !== undefined || (rule.methods ?? []).some((method) => method !== undefined);
  return isTold && accessOf(rule) !== 'read';
}
