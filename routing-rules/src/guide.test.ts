import { describe, expect, test } from 'vitest';
import { flagsFrom } from './cases/flag-fixtures.ts';
import { formatCaseRun } from './cases/format-case-run.ts';
import { runRuleCases } from './cases/run-rule-cases.ts';
import { explain } from './decision/explain.ts';
import { formatExplanation } from './decision/format-explanation.ts';
import { parseRules } from './language/parse-rules.ts';
import { formatProblem, problemCodes } from './problem/problem.ts';
import { guideBlocks, guideCodes, overlay } from './testing/guide.ts';
import { documentOf, tableOf } from './testing/rules-builder.ts';

const blocks = guideBlocks();
const isProblem = (code: string) => problemCodes.some((known) => known === code);
const examples = blocks.filter(({ codes, language }) => !codes.some(isProblem) && language !== 'sh');
const rules = textOf('# my.rules.yaml');
const cases = textOf('# my.cases.yaml');

function textOf(firstLine: string): string {
  return (
    blocks.find(({ text }) => text.startsWith(firstLine))?.text ??
    expect.fail(`The guide has no block that starts with "${firstLine}".`)
  );
}

const fragments = examples
  .filter(({ language, text }) => language === 'yaml' && text !== rules && text !== cases)
  .map(({ text }) => ({ text, id: text.split('\n', 2).join(' ') }));

test('the whole file of the guide is accepted', () => {
  expect(documentOf(rules).routes.length).toBe(3);
});

test.each(fragments)('the fragment with $id is accepted', ({ text }) => {
  expect(documentOf(overlay(text, rules))).toBeDefined();
});

test('the cases of the guide pass, and are printed as it says', () => {
  const run = runRuleCases(tableOf(rules), cases);
  if (run.kind === 'refused') return expect.fail(JSON.stringify(run.problems));
  expect(run.results.filter(({ kind }) => kind !== 'passed')).toEqual([]);
  expect(examples.map(({ text }) => text)).toContain(`${formatCaseRun(run).join('\n')}\n`);
});

test('an explanation is printed as the guide says', () => {
  const explanation = explain({
    table: tableOf(rules),
    request: { method: 'GET', path: '/trips/7' },
    subject: { kind: 'identified', id: '42' },
    flags: flagsFrom({ 'trips.cutover': { users: ['42'], percent: 0 } }),
  });
  expect(examples.map(({ text }) => text)).toContain(`${formatExplanation(explanation).join('\n')}\n`);
});

describe('the problems of the guide', () => {
  const pairs = blocks.flatMap(({ codes, language, text }, index) => {
    const next = blocks[index + 1];
    const [code] = codes.filter(isProblem);
    return language === 'yaml' && code !== undefined && next ? [{ code, text, printed: next.text }] : [];
  });

  test('are all there are, each once', () => {
    expect(guideCodes().toSorted()).toEqual(problemCodes.toSorted());
    const withoutExample = ['file-too-large', 'nested-too-deeply', 'too-many-aliases'];
    expect([...pairs.map(({ code }) => code), ...withoutExample].toSorted()).toEqual(problemCodes.toSorted());
  });

  test.each(pairs)('$code is printed as the guide says', ({ text, printed }) => {
    expect(`${problemsOf(text).map(formatProblem).join('\n')}\n`).toBe(printed);
  });

  function problemsOf(text: string) {
    const reading = text.startsWith('cases:')
      ? runRuleCases(tableOf(rules), overlay(text, cases), { path: 'my.cases.yaml' })
      : parseRules(overlay(text, rules), { path: 'my.rules.yaml', facadeAddresses: ['http://127.0.0.1:8080'] });
    return 'problems' in reading ? reading.problems : [];
  }
});
