import type { KeyPath } from '../../problem/finding.ts';
import { routesOf, type RouteDraft, type RulesDraft } from './validator.ts';

type TransformDraft = NonNullable<RouteDraft['transform']>;
/** What a transformation says for both sides, or for one. */
export type TransformLayer = Omit<TransformDraft, 'legacy' | 'extracted'>;

export interface PlacedLayer {
  readonly route: RouteDraft;
  readonly layer: TransformLayer;
  readonly path: KeyPath;
}

export function transformLayersOf(draft: RulesDraft): readonly PlacedLayer[] {
  return routesOf(draft).flatMap(({ rule: route, path: routePath }): readonly PlacedLayer[] => {
    const { transform } = route;
    if (!transform) return [];
    const path = [...routePath, 'transform'];
    const { legacy, extracted, ...both } = transform;
    return [
      { route, layer: both, path },
      ...(legacy ? [{ route, layer: legacy, path: [...path, 'legacy'] }] : []),
      ...(extracted ? [{ route, layer: extracted, path: [...path, 'extracted'] }] : []),
    ];
  });
}

type ChangesDraft = NonNullable<TransformLayer['request']>;

export interface PlacedChanges {
  readonly direction: 'request' | 'answer';
  readonly changes: ChangesDraft;
  readonly path: KeyPath;
}

export function headerChangesOf(draft: RulesDraft): readonly PlacedChanges[] {
  return transformLayersOf(draft).flatMap(({ layer, path }) =>
    (['request', 'answer'] as const).flatMap((direction): readonly PlacedChanges[] => {
      const changes = layer[direction];
      return changes ? [{ direction, changes, path: [...path, direction] }] : [];
    }),
  );
}
