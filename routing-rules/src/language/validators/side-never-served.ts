import type { Finding } from '../../problem/finding.ts';
import type { Side } from '../rules-document.ts';
import { entryOf, routesOf, type RouteDraft, type RulesDraft, type Validator } from './validator.ts';

/** A transformation for a side that neither the route nor its copies go to would be a mistake that nobody notices. */
export const sideNeverServed: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    if (rule.capability !== undefined || !rule.transform) return [];
    const side = entryOf(draft.upstreams, rule.upstream ?? draft.defaults?.upstream)?.side;
    if (side === undefined) return [];
    const other = side === 'legacy' ? 'extracted' : 'legacy';
    if (rule.transform[other] === undefined || mirrorSide(rule, draft) === other) return [];
    const message = `The route never goes to the ${other} side.`;
    const remedy = `Remove "${other}" here, or name the capability that the route moves with.`;
    return [{ code: 'side-never-served', path: [...path, 'transform', other], isAboutKey: true, message, remedy }];
  });

function mirrorSide({ mirror }: RouteDraft, { upstreams }: RulesDraft): Side | undefined {
  return mirror === undefined || mirror === true ? undefined : entryOf(upstreams, mirror.upstream)?.side;
}
