import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { JsonClient } from '../clients/http-json.ts';
import { addPlanCommand } from '../commands/plan.ts';
import { createOutput } from '../output.ts';

let folder: string;
const printed: string[] = [];
beforeEach(async () => {
  printed.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'banyan-plan-'));
});
afterEach(() => rm(folder, { recursive: true }));

const rules = `
version: 1
upstreams:
  legacy: { side: legacy, url: http://127.0.0.1:3000 }
  trips: { side: extracted, url: http://127.0.0.1:3002 }
defaults: { upstream: legacy }
capabilities:
  trips: { flag: trips.cutover, stage: live, handover: immediate, legacy: legacy, extracted: trips }
routes:
  - { id: trips.list, methods: [GET], path: /trips, capability: trips }
`;

const line = (user: string): string =>
  JSON.stringify({
    kind: 'request',
    method: 'GET',
    path: '/trips',
    headerNames: [],
    queryNames: [],
    headers: {},
    caller: { kind: 'identified', key: user },
    keys: { [user]: { buckets: {}, flags: { 'trips.cutover': false } } },
    decided: { route: 'trips.list', side: 'legacy', reason: 'flag' },
  });

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const strategies = [
  {
    name: 'flexibleRollout',
    parameters: { rollout: '100', stickiness: 'userId', groupId: 'trips.cutover' },
    constraints: [{ contextName: 'userId', operator: 'IN', values: ['41', '42'] }],
  },
];
const facade: JsonClient = {
  call: (schema) => Promise.resolve(schema.parse({ definition: { enabled: true, strategies } })),
  text: () => Promise.resolve(''),
};

/** `banyan rules plan` with the lines of a sample. */
async function plan(lines: readonly string[], ...options: readonly string[]): Promise<void> {
  const output = createOutput(
    { out: { write: (text) => printed.push(text) }, err: { write: () => true } },
    () => false,
  );
  const program = new Command().exitOverride();
  addPlanCommand(program, { output, facade: () => Promise.resolve(facade) } as unknown as Cli);
  const [before, traffic] = [await file('rules.yaml', rules), await file('sample.ndjson', lines.join('\n'))];
  const after = options[0]?.endsWith('.yaml') === true ? options[0] : before;
  await program.parseAsync(['plan', before, after, '--traffic', traffic, ...options.filter((one) => one !== after)], {
    from: 'user',
  });
}

test('rules that move nobody end well', async () => {
  await plan([line('41'), line('42')]);
  expect(printed.join('')).toBe('0 of 2 requests would move.\n');
});

test('rules that move somebody say who, and end with an exit code of their own', async () => {
  const complete = await file('new.yaml', rules.replace('stage: live', 'stage: complete'));
  await expect(plan([line('41'), line('42'), line('42')], complete)).rejects.toMatchObject({ code: 'MOVES_FOUND' });
  expect(printed.join('')).toBe(
    [
      'trips.list: 3 request(s)',
      '  3  legacy → extracted',
      'trips: 2 scope(s) legacy → extracted',
      '  41, 42',
      '3 of 3 requests would move.',
      '',
    ].join('\n'),
  );
});

test.each([
  ['--flag', 'trips.cutover=42', 1],
  ['--flag', 'trips.cutover=100%', 3],
  ['--facade', undefined, 2],
])('a change of flags is planned with %s %s', async (option, value, count) => {
  const options = value === undefined ? [option] : [option, value];
  await expect(plan([line('41'), line('42'), line('43')], ...options)).rejects.toMatchObject({ code: 'MOVES_FOUND' });
  expect(printed.join('')).toContain(`${count} of 3 requests would move.`);
});

test('flags may come from a file', async () => {
  const flags = await file('flags.yml', 'trips.cutover: { users: [41] }\n');
  await expect(plan([line('41'), line('42')], '--flags', flags)).rejects.toMatchObject({ code: 'MOVES_FOUND' });
  expect(printed.join('')).toContain('1 of 2 requests would move.');
});

test('lines that are none are named by their number and left out', async () => {
  await plan([line('41'), '{"kind":"request"', '', '{"kind":"other"}', line('42'), 'x'.repeat(1_100_000)]);
  expect(printed.join('')).toMatch(
    /^line 2 is left out: it is no JSON\nline 4 is left out: [^\n]+\nline 6 is left out: it is too long\n0 of 2 requests would move\.\n$/,
  );
});

test('a file without a single line of a sample is refused', async () => {
  await expect(plan(['hello', 'world'])).rejects.toMatchObject({ code: 'CHECK_REFUSED' });
  await expect(plan([])).rejects.toMatchObject({ code: 'CHECK_REFUSED' });
});
