import { expect } from 'vitest';
import { parseRules, type ParseRulesOptions } from '../language/parse-rules.ts';
import type { RulesDocument } from '../language/rules-document.ts';
import type { Problem } from '../problem/problem.ts';
import { compileRules } from '../table/compile-rules.ts';
import type { RuleTable } from '../table/route-table.ts';

export const someUpstreams = {
  legacy: { side: 'legacy', url: 'http://legacy:3000' },
  services: { side: 'extracted', url: 'http://services:3000' },
};

export const aCapability = {
  flag: 'trips.cutover',
  stage: 'live',
  handover: 'immediate',
  legacy: 'legacy',
  extracted: 'services',
};

/** A whole file of rules, of which a test says only the sections that it is about. */
export function rulesText(sections: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    version: 1,
    upstreams: someUpstreams,
    defaults: { upstream: 'legacy' },
    capabilities: { trips: aCapability },
    routes: [],
    ...sections,
  });
}

/** Problems of a file that must be refused. */
export function problemsOf(text: string, options?: ParseRulesOptions): readonly Problem[] {
  const reading = parseRules(text, options);
  expect(reading.kind).toBe('refused');
  return reading.kind === 'refused' ? reading.problems : [];
}

/** The document of a file that must be accepted. */
export function documentOf(text: string, options?: ParseRulesOptions): RulesDocument {
  const reading = parseRules(text, options);
  if (reading.kind === 'parsed') return reading.document;
  return expect.fail(JSON.stringify(reading.problems, undefined, 2));
}

export function tableOf(text: string): RuleTable {
  return compileRules(documentOf(text));
}
