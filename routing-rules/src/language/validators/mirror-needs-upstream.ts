import type { Finding } from '../../problem/finding.ts';
import { mirrorsOf } from './mirror-rules.ts';
import type { Validator } from './validator.ts';

export const mirrorNeedsUpstream: Validator = (draft) =>
  mirrorsOf(draft).flatMap(({ route, mirror, path }): readonly Finding[] => {
    const isPlaced = route.capability !== undefined || mirror.upstream !== undefined;
    if (isPlaced || route.aggregate !== undefined) return [];
    const message = 'Nothing says where the copies go: a route without a capability has no other side.';
    const remedy = 'Name an upstream: "mirror: { upstream: … }".';
    return [{ code: 'mirror-needs-upstream', path, isAboutKey: true, message, remedy }];
  });
