import type { KeyPath } from '../../problem/finding.ts';
import type { Side } from '../rules-document.ts';
import { mirrorsOf } from './mirror-rules.ts';
import { capabilitiesOf, routesOf, type RulesDraft } from './validator.ts';

interface UpstreamReference {
  readonly name: string;
  readonly path: KeyPath;
  /** The side that must stand there; undefined where either may. */
  readonly side: Side | undefined;
}

/** Every place of the file that names an upstream. */
export function upstreamReferences(draft: RulesDraft): readonly UpstreamReference[] {
  const named = (name: string | undefined, path: KeyPath, side?: Side) =>
    name === undefined ? [] : [{ name, path, side }];
  return [
    ...named(draft.defaults?.upstream, ['defaults', 'upstream'], 'legacy'),
    ...capabilitiesOf(draft).flatMap(({ rule, path }) => [
      ...named(rule.legacy, [...path, 'legacy'], 'legacy'),
      ...named(rule.extracted, [...path, 'extracted'], 'extracted'),
    ]),
    ...routesOf(draft).flatMap(({ rule, path }) => named(rule.upstream, [...path, 'upstream'])),
    ...mirrorsOf(draft).flatMap(({ mirror, path }) => named(mirror.upstream, [...path, 'upstream'])),
  ];
}
