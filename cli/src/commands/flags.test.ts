import { Command } from 'commander';
import { beforeEach, describe, expect, test } from 'vitest';
import type { FlagIntent, UnleashAdmin } from '@banyan/control';
import type { Cli } from '../cli.ts';
import { addFlagsCommands } from './flags.ts';

const kept: FlagIntent = {
  flag: 'trips.cutover',
  isEnabled: true,
  users: ['7'],
  percent: 5,
  hasForeignStrategies: false,
};
let stored: Map<string, FlagIntent>;
let printed: string[];

const admin: UnleashAdmin = {
  read: (flag) => Promise.resolve(stored.get(flag)),
  list: () => Promise.resolve([...stored.values()]),
  write: (intent) => Promise.resolve(void stored.set(intent.flag, intent)),
};

async function banyan(...args: readonly string[]): Promise<void> {
  const output = {
    answer: (_value: unknown, lines: readonly string[]) => void printed.push(...lines),
    note: () => undefined,
  };
  const cli = { output, unleash: () => Promise.resolve(admin), facade: () => Promise.resolve(undefined) };
  const program = new Command('banyan').exitOverride().configureOutput({ writeErr: () => undefined });
  addFlagsCommands(program, cli as unknown as Cli);
  for (const command of program.commands.flatMap(({ commands }) => commands))
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  await program.parseAsync(['flags', ...args], { from: 'user' });
}

beforeEach(() => {
  stored = new Map([[kept.flag, kept]]);
  printed = [];
});

describe('banyan flags set', () => {
  test('--user names exactly these users and keeps the share', async () => {
    await banyan('set', 'trips.cutover', '--user', '42', '--user', '43');
    expect(stored.get('trips.cutover')).toEqual({ ...kept, users: ['42', '43'] });
  });

  test('--percent keeps the named users', async () => {
    await banyan('set', 'trips.cutover', '--percent', '25');
    expect(stored.get('trips.cutover')).toEqual({ ...kept, percent: 25 });
  });

  test('--percent takes steps of 0.01', async () => {
    await banyan('set', 'trips.cutover', '--percent', '0.25');
    expect(stored.get('trips.cutover')).toEqual({ ...kept, percent: 0.25 });
  });

  test('--off keeps users and share for the way forward', async () => {
    await banyan('set', 'trips.cutover', '--off');
    expect(stored.get('trips.cutover')).toEqual({ ...kept, isEnabled: false });
  });

  test('makes a flag that Unleash does not know, with nobody but the named users', async () => {
    await banyan('set', 'new.flag', '--user', '42');
    expect(stored.get('new.flag')).toMatchObject({ users: ['42'], percent: 0, isEnabled: true });
  });

  test.for([[['--off', '--percent', '5']], [[]]])('with %j is refused and changes nothing', async ([args]) => {
    await expect(banyan('set', 'trips.cutover', ...(args ?? []))).rejects.toMatchObject({
      code: 'FLAG_CHANGE_UNCLEAR',
    });
    expect(stored.get('trips.cutover')).toEqual(kept);
  });

  test.for(['101', '100.01', '-1', '0.001', '.5', 'half', ''])('refuses the share "%s"', async (percent) => {
    await expect(banyan('set', 'trips.cutover', '--percent', percent)).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
    expect(stored.get('trips.cutover')).toEqual(kept);
  });

  test('does not drop strategies that were made elsewhere unless told to', async () => {
    stored.set(kept.flag, { ...kept, hasForeignStrategies: true });
    await expect(banyan('set', 'trips.cutover', '--off')).rejects.toMatchObject({ code: 'FLAG_FOREIGN' });
    await banyan('set', 'trips.cutover', '--off', '--replace-foreign');
    expect(stored.get('trips.cutover')?.isEnabled).toBe(false);
  });
});

describe('banyan flags get', () => {
  test('says who is sent to the extracted side', async () => {
    await banyan('get', 'trips.cutover');
    expect(printed).toEqual(['trips.cutover: on, extracted for users 7 and 5 % of all']);
  });

  test('of an unknown flag is an error with what to do', async () => {
    await expect(banyan('get', 'no.such')).rejects.toMatchObject({ code: 'FLAG_UNKNOWN' });
  });
});
