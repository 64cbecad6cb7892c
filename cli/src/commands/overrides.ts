import { Option, type Command } from 'commander';
import { z } from 'zod';
import type { Cli } from '../cli.ts';
import { formatTable } from '../output.ts';
import { requireFacade } from './require-facade.ts';

const overridesSchema = z.object({
  overrides: z.array(
    z.object({
      capability: z.string(),
      side: z.string(),
      subject: z.string().nullish(),
      reason: z.string().nullish(),
      since: z.string().nullish(),
    }),
  ),
});

/** The local order that beats every flag and works while Unleash is down. */
export function addOverrideCommands(program: Command, cli: Cli): void {
  const override = program
    .command('override')
    .description('local orders of the facade: they beat the flag and need no Unleash');
  override
    .command('list')
    .description('show the orders in force')
    .action(() => list(cli));
  override
    .command('set')
    .argument('<capability>', 'for example trips')
    .addArgument(override.createArgument('<side>', 'where to send it').choices(['legacy', 'extracted']))
    .option('--subject <id>', 'only this user')
    .addOption(new Option('--reason <text>', 'for the audit line').makeOptionMandatory())
    .description('send a capability to one side, now')
    .addHelpText('after', '\nExample:\n  banyan override set trips legacy --reason "trip-service answers wrong fares"')
    .action((capability: string, side: string, options: { readonly subject?: string; readonly reason: string }) =>
      set(cli, capability, { side, ...options }),
    );
  override
    .command('clear')
    .argument('<capability>')
    .option('--subject <id>', 'only the order for this user')
    .description('let the flag decide again')
    .action((capability: string, options: { readonly subject?: string }) => clear(cli, capability, options.subject));
}

async function list(cli: Cli): Promise<void> {
  const answer = await (await requireFacade(cli)).call(overridesSchema, 'GET', '/overrides');
  const rows = answer.overrides.map(({ capability, side, subject, reason, since }) => [
    capability,
    side,
    subject ?? 'everybody',
    since ?? '',
    reason ?? '',
  ]);
  cli.output.answer(
    answer,
    rows.length === 0
      ? ['No order is in force; flags decide.']
      : formatTable(['CAPABILITY', 'SIDE', 'SUBJECT', 'SINCE', 'REASON'], rows),
  );
}

async function set(
  cli: Cli,
  capability: string,
  order: { side: string; subject?: string; reason: string },
): Promise<void> {
  await (await requireFacade(cli)).call(z.unknown(), 'PUT', `/overrides/${encodeURIComponent(capability)}`, order);
  await list(cli);
}

async function clear(cli: Cli, capability: string, subject: string | undefined): Promise<void> {
  const query = subject === undefined ? '' : `?subject=${encodeURIComponent(subject)}`;
  await (await requireFacade(cli)).call(z.unknown(), 'DELETE', `/overrides/${encodeURIComponent(capability)}${query}`);
  await list(cli);
}
