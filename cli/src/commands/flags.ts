import type { Command } from 'commander';
import { BanyanError } from '@banyan/platform';
import type { FlagIntent } from '@banyan/control';
import type { Cli } from '../cli.ts';
import { awaitEffect } from '../clients/flag-effect.ts';
import { collectIds, percent as percentOf } from './arguments.ts';

interface SetOptions {
  readonly user?: readonly string[];
  readonly percent?: number;
  readonly on?: true;
  readonly off?: true;
  readonly replaceForeign?: true;
}

export function addFlagsCommands(program: Command, cli: Cli): void {
  const flags = program.command('flags').description("read and write flags in Unleash: the operator's intent");
  flags
    .command('get')
    .argument('[flag]', 'for example trips.cutover; all flags when left out')
    .description('show who a flag sends to the extracted side')
    .action((flag: string | undefined) => getFlags(cli, flag));
  flags
    .command('set')
    .argument('<flag>', 'for example trips.cutover; made when Unleash does not know it')
    .option('--user <id>', 'exactly these users (repeat it); implies --on', collectIds)
    .option('--percent <0..100>', 'this share of all users, sticky, in steps of 0.01; implies --on', percentOf)
    .option('--on', 'switch the flag on with the users and share it has')
    .option('--off', 'switch the flag off; users and share are kept for the way forward')
    .option('--replace-foreign', 'drop strategies that were made elsewhere')
    .description('change a flag, and wait until the facade has seen it')
    .addHelpText(
      'after',
      '\nExamples:\n  banyan flags set trips.cutover --user 42\n  banyan flags set trips.cutover --percent 0.25\n  banyan flags set trips.cutover --off',
    )
    .action((flag: string, options: SetOptions) => setFlag(cli, flag, options));
}

async function getFlags(cli: Cli, flag: string | undefined): Promise<void> {
  const admin = await cli.unleash();
  if (flag === undefined) {
    const intents = await admin.list();
    cli.output.answer(intents, intents.map(describe));
    return;
  }
  const intent = await admin.read(flag);
  if (!intent)
    throw new BanyanError('FLAG_UNKNOWN', `Unleash knows no flag "${flag}".`, {
      remedy: 'List the flags with `banyan flags get`, or make it with `banyan flags set`.',
      concerning: flag,
    });
  cli.output.answer(intent, [describe(intent)]);
}

async function setFlag(cli: Cli, flag: string, options: SetOptions): Promise<void> {
  refuseContradictions(options);
  const admin = await cli.unleash();
  const before = (await admin.read(flag)) ?? {
    flag,
    isEnabled: false,
    users: [],
    percent: 0,
    hasForeignStrategies: false,
  };
  if (before.hasForeignStrategies && !options.replaceForeign) {
    throw new BanyanError('FLAG_FOREIGN', `Flag "${flag}" holds strategies that were made elsewhere.`, {
      remedy: 'Change it in Unleash, or repeat with --replace-foreign to drop them.',
      concerning: flag,
    });
  }
  const intent = wantedIntent(before, options);
  await admin.write(intent);
  const effect = await awaitEffect(await cli.facade(), intent);
  cli.output.answer({ ...intent, effect }, [describe(intent), effect.text]);
}

function wantedIntent(before: FlagIntent, { user, percent, off }: SetOptions): FlagIntent {
  return {
    ...before,
    hasForeignStrategies: false,
    isEnabled: !off,
    users: user ?? before.users,
    percent: percent ?? before.percent,
  };
}

function refuseContradictions({ user, percent, on, off }: SetOptions): void {
  const turnsOn = user !== undefined || percent !== undefined || on === true;
  if (turnsOn === (off === true)) {
    throw new BanyanError(
      'FLAG_CHANGE_UNCLEAR',
      off ? '--off goes with no other change.' : 'Nothing to change was given.',
      { remedy: 'Give --user, --percent or --on, or --off alone.' },
    );
  }
}

function describe({ flag, isEnabled, users, percent, hasForeignStrategies }: FlagIntent): string {
  const ways = [
    ...(users.length > 0 ? [`users ${users.join(', ')}`] : []),
    ...(percent > 0 ? [`${percent} % of all`] : []),
  ];
  const foreign = hasForeignStrategies ? ' (and strategies made elsewhere)' : '';
  if (!isEnabled)
    return `${flag}: off, everybody on legacy${ways.length > 0 ? `; kept for later: ${ways.join(' and ')}` : ''}${foreign}`;
  return `${flag}: on, extracted for ${ways.join(' and ') || 'nobody'}${foreign}`;
}
