import type { Finding } from '../../problem/finding.ts';
import { accessOf } from '../access.ts';
import { mirrorsOf, type PlacedMirror } from './mirror-rules.ts';
import { capabilitiesOf, routesOf, type RulesDraft, type Validator } from './validator.ts';

/** A server that serves somebody would carry out each write twice, and change capture would carry it on. */
export const mirrorWritesToLive: Validator = (draft) => {
  const live = namesThatServe(draft);
  return mirrorsOf(draft).flatMap((placed): readonly Finding[] => {
    if (placed.mirror.writes !== true || accessOf(placed.route) === 'read') return [];
    const name = candidateThatServes(placed, live);
    return name === undefined ? [] : [findingOf(placed, name)];
  });
};

function candidateThatServes({ route, mirror }: PlacedMirror, live: ReadonlySet<string>): string | undefined {
  if (mirror.upstream !== undefined) return live.has(mirror.upstream) ? `"${mirror.upstream}"` : undefined;
  // Without a capability it has no candidate, which is a problem of its own.
  return route.capability === undefined ? undefined : `The other side of "${route.capability}"`;
}

function namesThatServe(draft: RulesDraft): ReadonlySet<string> {
  const names = [
    draft.defaults?.upstream,
    ...capabilitiesOf(draft).flatMap(({ rule }) => [rule.legacy, rule.extracted]),
    ...routesOf(draft).map(({ rule }) => rule.upstream),
  ];
  return new Set(names.filter((name) => name !== undefined));
}

function findingOf({ path }: PlacedMirror, name: string): Finding {
  return {
    code: 'mirror-writes-to-live',
    path: [...path, 'writes'],
    isAboutKey: true,
    message: `${name} serves requests, and would carry out the writes of others.`,
    remedy: 'Name an upstream that serves nobody, or take "writes" out.',
  };
}
