import type { Problem } from '../problem/problem.ts';
import { sortProblems } from '../problem/merge-findings.ts';
import { checkShape } from '../yaml/check-shape.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { flagFixtures, type FlagFixture } from './cases-schema.ts';

export type FlagFixturesReading =
  | { readonly kind: 'read'; readonly flags: Readonly<Record<string, FlagFixture>> }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Reads a file of flags: those of a case, by themselves. */
export function readFlagFixtures(text: string, path: string): FlagFixturesReading {
  const yaml = readYaml(text, path);
  if (yaml.kind === 'unreadable') return { kind: 'refused', problems: yaml.problems };
  const { findings, output } = checkShape(flagFixtures, yaml.file.value);
  const problems = [...yaml.problems, ...findings.map(yaml.file.locate)];
  return problems.length > 0 || !output
    ? { kind: 'refused', problems: sortProblems(problems) }
    : { kind: 'read', flags: output };
}
