import { deepFreeze } from '../deep-freeze.ts';
import type { Problem } from '../problem/problem.ts';
import { mergeFindings, sortProblems } from '../problem/merge-findings.ts';
import { checkShape } from '../yaml/check-shape.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { placeUpstreams } from './place-upstreams.ts';
import type { RulesDocument } from './rules-document.ts';
import { rulesSchema } from './rules-schema.ts';
import { validators } from './validators/all-validators.ts';

export type RulesReading =
  | { readonly kind: 'parsed'; readonly document: RulesDocument }
  /** Every problem of the file, in the order of their lines. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

export interface ParseRulesOptions {
  /** Path of the file, for the problems. */
  readonly path?: string;
  /** URLs or host:port on which the facade itself listens; an upstream there is a loop. */
  readonly facadeAddresses?: readonly string[];
  /** Addresses that this environment gives to upstreams of the file; they take the place of the file's own. */
  readonly upstreamUrls?: Readonly<Record<string, readonly string[]>>;
}

/** Reads and checks a file of rules. Nothing of a file with a problem is used. */
export function parseRules(
  text: string,
  { path = 'rules.yaml', facadeAddresses = [], upstreamUrls = {} }: ParseRulesOptions = {},
): RulesReading {
  const yaml = readYaml(text, path);
  if (yaml.kind === 'unreadable') return { kind: 'refused', problems: yaml.problems };
  const placed = placeUpstreams(yaml.file.value, upstreamUrls);
  const shape = checkShape(rulesSchema, placed.value);
  const others = validators.flatMap((validate) => validate(shape.draft, { facadeAddresses }));
  const findings = [...placed.findings, ...mergeFindings(shape.findings, others)];
  const problems = [...yaml.problems, ...findings.map(yaml.file.locate)];
  if (problems.length === 0 && shape.output) return { kind: 'parsed', document: deepFreeze(shape.output) };
  return { kind: 'refused', problems: sortProblems(problems) };
}
