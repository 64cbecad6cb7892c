import type { Finding } from '../../problem/finding.ts';
import { accessOf } from '../access.ts';
import { mirrorsOf, type PlacedMirror } from './mirror-rules.ts';
import { entryOf, type RouteDraft, type RulesDraft, type Validator } from './validator.ts';

/** Whoever waits for copies that never come would take their silence for good news. */
export const mirrorNeverCopies: Validator = (draft) =>
  mirrorsOf(draft).flatMap((placed): readonly Finding[] => {
    if (placed.route.aggregate !== undefined) return [];
    const why = isForReadsThatNeverCome(placed) ? onlyWrites : isOverAtComplete(placed, draft) ? complete : undefined;
    return why ? [{ code: 'mirror-never-copies', path: placed.path, isAboutKey: true, ...why }] : [];
  });

const onlyWrites = {
  message: 'The route writes, and only what reads is copied.',
  remedy:
    'Take "mirror" out, give what reads a route of its own, or say "writes: true" for a server whose writes matter to nobody.',
};

const complete = {
  message: 'At the stage complete the extracted side serves everybody, and legacy gets no copies.',
  remedy: 'Take "mirror" out, or name another server of the extracted side.',
};

/** A route whose methods are wrong is not known to write; its methods have their own problem. */
function isForReadsThatNeverCome({ route, mirror }: PlacedMirror): boolean {
  return mirror.writes !== true && isTold(route) && accessOf(route) === 'write';
}

function isTold({ access, methods = [] }: RouteDraft): boolean {
  return access !== undefined || methods.some((method) => method !== undefined);
}

function isOverAtComplete({ route, mirror }: PlacedMirror, { capabilities, upstreams }: RulesDraft): boolean {
  const capability = entryOf(capabilities, route.capability);
  if (capability?.stage !== 'complete') return false;
  if (mirror.upstream === undefined || mirror.upstream === capability.extracted) return true;
  return entryOf(upstreams, mirror.upstream)?.side === 'legacy';
}
