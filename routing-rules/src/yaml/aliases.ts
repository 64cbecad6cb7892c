import { visit, type Alias, type Document } from 'yaml';
import type { Finding } from '../problem/finding.ts';

/** The first alias without an anchor before it, or inside its own anchor. */
export function findBadAlias(document: Document.Parsed): Finding | undefined {
  let bad: Finding | undefined;
  visit(document, {
    Alias(_key, alias) {
      bad = findingOf(document, alias);
      return bad ? visit.BREAK : undefined;
    },
  });
  return bad;
}

function findingOf(document: Document.Parsed, alias: Alias): Finding | undefined {
  const offset = alias.range?.[0] ?? 0;
  const target = alias.resolve(document);
  const place = { code: 'yaml-syntax', path: [], offset } as const;
  if (!target)
    return {
      ...place,
      message: `There is no anchor &${alias.source} before this alias.`,
      remedy: 'Define the anchor further up.',
    };
  const [start, end] = target.range ?? [0, 0];
  if (offset < start || offset >= end) return undefined;
  return {
    ...place,
    message: `The alias *${alias.source} stands inside its own anchor.`,
    remedy: 'Write the value out.',
  };
}
