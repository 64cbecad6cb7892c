import type { KeyPath } from '../../problem/finding.ts';
import { routesOf, type RouteDraft, type RulesDraft } from './validator.ts';

type MirrorDraft = Exclude<NonNullable<RouteDraft['mirror']>, true>;

export interface PlacedMirror {
  readonly route: RouteDraft;
  /** Without keys where the rule says `true`. */
  readonly mirror: MirrorDraft;
  readonly path: KeyPath;
}

export function mirrorsOf(draft: RulesDraft): readonly PlacedMirror[] {
  return routesOf(draft).flatMap(({ rule: route, path }): readonly PlacedMirror[] => {
    const { mirror } = route;
    if (mirror === undefined) return [];
    return [{ route, mirror: mirror === true ? {} : mirror, path: [...path, 'mirror'] }];
  });
}
