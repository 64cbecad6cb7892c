import type { Verdict } from '@banyan/tests';
import { hostileNames, type HostileResult } from '../parts/hostile.ts';
import { table } from './markdown.ts';
import type { MachineFacts } from '../machine/machine.ts';

interface ComparisonRun {
  readonly startedAt: string;
  readonly machine: Pick<MachineFacts, 'versions'>;
  readonly hostile: readonly HostileResult[];
}

/** Packages of the table, of which the versions are said. */
const compared = ['node', 'http-proxy', 'http-proxy-3', 'httpxy', '@fastify/http-proxy'];

/** Twelve things that went wrong behind a proxy somewhere, and who stands them. */
export function comparisonPage({ startedAt, machine, hostile }: ComparisonRun): string {
  const rows = hostile.map(({ number, name, verdicts }) => [String(number), name, ...verdicts.map(inOneWord)]);
  const passed = hostileNames.map((_, index) => hostile.filter(({ verdicts }) => isPassed(verdicts[index])).length);
  const sums = ['', '**passed**', ...passed.map((count) => `**${count}**`)];
  const versions = compared.map((name) => `${name} ${machine.versions[name] ?? ''}`).join(', ');
  const columns = hostileNames.map((_, index) => index + 2);
  return [
    '# Comparison',
    '',
    'Twelve cases in which proxies in front of real systems went wrong, over Node proxies and the facade. Written by the bench: `npm run bench -- --only hostile` runs the cases of [our own conformance tests](../../tests/src/conformance/hostile-cases.ts) over everybody, each case with a fresh proxy and raw sockets on both sides of it.',
    '',
    `- **Run:** ${startedAt}`,
    `- **Versions:** ${versions}`,
    '- **Options:** the defaults, besides a kept connection to the upstream (not in case 8), `xfwd` where it exists, the time limit in case 9, and a handler for errors that answers 502, or breaks off an answer that is under way. httpxy is what http-proxy-middleware 4 builds on.',
    '',
    ...table(['', 'case', ...hostileNames], [...rows, sums], [1, ...columns]),
    '',
    '“–” means that the proxy does not have the feature whose danger the case is about.',
    '',
    '## How they fail',
    '',
    ...hostile.flatMap(failuresOf),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

const isPassed = (verdict: Verdict | undefined): boolean => verdict?.kind === 'passes';

function inOneWord(verdict: Verdict): string {
  if (verdict.kind === 'passes') return 'yes';
  return verdict.kind === 'fails' ? '**no**' : '–';
}

function failuresOf({ number, name, verdicts }: HostileResult): readonly string[] {
  const failures = verdicts.flatMap((verdict, index) =>
    verdict.kind === 'fails' ? [`- ${hostileNames[index] ?? ''}: ${verdict.how.map(plain).join('; ')}`] : [],
  );
  return failures.length === 0 ? [] : [`${number}. ${name}`, '', ...failures.map((line) => `   ${line}`), ''];
}

/** What a failure quotes may hold characters that Markdown reads. */
const plain = (text: string): string => text.replace(/[\\*_<>|`]/g, (character) => `\\${character}`);
