import type { KeyPath } from '../../problem/finding.ts';
import { routesOf, type RouteDraft, type RulesDraft } from './validator.ts';

type AggregateDraft = NonNullable<RouteDraft['aggregate']>;
type PartDraft = NonNullable<NonNullable<AggregateDraft['parts']>[string]>;

interface PlacedAggregate {
  readonly route: RouteDraft;
  readonly aggregate: AggregateDraft;
  readonly routePath: KeyPath;
  readonly path: KeyPath;
}

export function aggregatesOf(draft: RulesDraft): readonly PlacedAggregate[] {
  return routesOf(draft).flatMap(({ rule: route, path }) =>
    route.aggregate ? [{ route, aggregate: route.aggregate, routePath: path, path: [...path, 'aggregate'] }] : [],
  );
}

export interface PlacedPart {
  readonly route: RouteDraft;
  readonly aggregate: AggregateDraft;
  readonly name: string;
  readonly part: PartDraft;
  readonly path: KeyPath;
}

export function partsOf(draft: RulesDraft): readonly PlacedPart[] {
  return aggregatesOf(draft).flatMap(({ route, aggregate, path }) =>
    Object.entries(aggregate.parts ?? {}).flatMap(([name, part]): readonly PlacedPart[] =>
      part ? [{ route, aggregate, name, part, path: [...path, 'parts', name] }] : [],
    ),
  );
}
