import type { KeyPath } from '../../problem/finding.ts';
import { capabilitiesOf, routesOf, type RouteDraft, type RulesDraft } from './validator.ts';

type RequestsDraft = NonNullable<NonNullable<RouteDraft['limits']>['requests']>;

export interface PlacedRequests {
  readonly requests: RequestsDraft;
  /** Where the callers under it come from, as far as one place says so. */
  readonly subject: RouteDraft['subject'];
  readonly path: KeyPath;
}

/** Every limit of requests in the file: of routes, of capabilities and of the defaults. */
export function requestLimitsOf(draft: RulesDraft): readonly PlacedRequests[] {
  const { defaults } = draft;
  const places = [
    ...routesOf(draft).map(({ rule, path }) => ({
      limits: rule.limits,
      subject: rule.subject ?? defaults?.subject,
      path,
    })),
    ...capabilitiesOf(draft).map(({ rule, path }) => ({ limits: rule.limits, subject: undefined, path })),
    { limits: defaults?.limits, subject: defaults?.subject, path: ['defaults'] },
  ];
  return places.flatMap(({ limits, subject, path }): readonly PlacedRequests[] => {
    const requests = limits?.requests;
    return requests ? [{ requests, subject, path: [...path, 'limits', 'requests'] }] : [];
  });
}
