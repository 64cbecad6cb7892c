import type { KeyPath } from '../../problem/finding.ts';
import { upstreamsOf, type RulesDraft } from './validator.ts';

interface PlacedUrl {
  readonly url: string;
  readonly path: KeyPath;
}

/** Every address of an upstream in the file, whether it stands alone or in a list. */
export function upstreamUrls(draft: RulesDraft): readonly PlacedUrl[] {
  return upstreamsOf(draft).flatMap(({ rule, path }): readonly PlacedUrl[] => [
    ...(rule.url === undefined ? [] : [{ url: rule.url, path: [...path, 'url'] }]),
    ...(rule.urls ?? []).flatMap((url, index) => (url === undefined ? [] : [{ url, path: [...path, 'urls', index] }])),
  ]);
}
