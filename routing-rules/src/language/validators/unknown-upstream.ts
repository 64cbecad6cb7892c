import { suggestion } from '../../problem/did-you-mean.ts';
import type { Finding, KeyPath } from '../../problem/finding.ts';
import { upstreamReferences } from './upstream-references.ts';
import { entryOf, type RulesDraft, type Validator } from './validator.ts';

export const unknownUpstream: Validator = (draft) =>
  upstreamReferences(draft).flatMap(({ name, path }) =>
    entryOf(draft.upstreams, name) ? [] : [finding(name, path, draft)],
  );

function finding(name: string, path: KeyPath, { upstreams }: RulesDraft): Finding {
  const message = `There is no upstream "${name}".`;
  return { code: 'unknown-upstream', path, message, remedy: suggestion(name, Object.keys(upstreams ?? {})) };
}
