import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CheckRefused } from '../exit-codes.ts';
import { formatTable } from '../output.ts';
import { redriveSchema, syncStatusSchema, type SyncStatus } from '../clients/sync-status.ts';

export function addSyncCommands(sync: Command, cli: Cli): void {
  sync
    .command('status')
    .description('what was captured, applied, dropped as echo and parked, and how far behind each side is')
    .option('--check', 'exit with 3 while a lane is parked or a direction is stopped')
    .addHelpText(
      'after',
      '\nExamples:\n  banyan sync status\n  banyan sync status --json\n  banyan sync status --check',
    )
    .action((options: { readonly check?: true }) => showStatus(cli, options.check === true));
  sync
    .command('redrive')
    .argument('<direction>', 'for example legacy-trips')
    .option('--lane <scope>', 'only this lane; all parked lanes of the direction when left out')
    .description('apply parked changes again, after their cause is mended')
    .action((direction: string, options: { readonly lane?: string }) => redrive(cli, direction, options.lane));
}

async function showStatus(cli: Cli, isCheck: boolean): Promise<void> {
  const status = await (await cli.sync()).call(syncStatusSchema, 'GET', '/status');
  cli.output.answer(status, formatStatus(status));
  const bad = status.directions.filter(({ parkedLanes, state }) => parkedLanes.length > 0 || state === 'stopped');
  if (isCheck && bad.length > 0)
    throw new CheckRefused(
      `Not healthy: ${bad.map(({ name }) => name).join(', ')}.`,
      'Mend the cause, then run `banyan sync redrive`.',
    );
}

async function redrive(cli: Cli, direction: string, lane: string | undefined): Promise<void> {
  const client = await cli.sync();
  const answer = await client.call(redriveSchema, 'POST', '/parked/redrive', {
    direction,
    ...(lane !== undefined && { lane }),
  });
  cli.output.answer(answer, [
    `${answer.laneCount} parked lane(s) of ${direction} are tried again now; see \`banyan sync status\`.`,
  ]);
}

function formatStatus({ sources, directions }: SyncStatus): readonly string[] {
  return [
    ...formatTable(
      ['SOURCE', 'STATE', 'CAPTURED', 'ECHOES DROPPED', 'LAG BYTES', 'SNAPSHOT'],
      sources.map((source) => [
        source.name,
        source.state,
        String(source.capturedCount),
        String(source.echoCount),
        String(source.lagBytes ?? '-'),
        source.snapshot,
      ]),
    ),
    '',
    ...formatTable(
      ['DIRECTION', 'STATE', 'WAITING', 'LAG SECONDS'],
      directions.map(({ name, state, backlogCount, lagSeconds }) => [
        name,
        state,
        String(backlogCount ?? '-'),
        lagSeconds?.toFixed(3) ?? '-',
      ]),
    ),
    '',
    ...formatTable(
      ['PIPELINE', 'APPLIED', 'STALE', 'PARKED'],
      directions.flatMap(({ pipelines }) =>
        pipelines.map((pipeline) => [
          pipeline.name,
          String(pipeline.appliedCount),
          String(pipeline.staleCount),
          String(pipeline.parkedCount),
        ]),
      ),
    ),
    ...directions.flatMap(formatTrouble),
  ];
}

function formatTrouble({ name, why, parkedLanes }: SyncStatus['directions'][number]): readonly string[] {
  const stopped = why ? ['', `${name} is stopped: ${why}`] : [];
  if (parkedLanes.length === 0) return stopped;
  const rows = parkedLanes.map(({ lane, changeCount, since, table, reason }) => [
    lane,
    String(changeCount),
    since,
    table,
    reason,
  ]);
  return [
    ...stopped,
    '',
    `Parked lanes of ${name}:`,
    ...formatTable(['LANE', 'CHANGES', 'SINCE', 'TABLE', 'REASON'], rows),
  ];
}
