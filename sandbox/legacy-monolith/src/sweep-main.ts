import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { openPool } from './db/pool.ts';
import { sweepNoShows } from './jobs/sweep.ts';
import { LegacyError, messageOf } from './legacy-error.ts';
import { createLog } from './log.ts';

try {
  process.stdout.write(`${JSON.stringify(await sweep())}\n`);
} catch (err) {
  process.stderr.write(`${messageOf(err)}\n`);
  process.exitCode = 1;
}

async function sweep(): Promise<{ readonly sweptCount: number }> {
  const { databaseUrl, sweepOlderThanMinutes } = readConfig();
  const { values } = parseArgs({ options: { 'older-than-minutes': { type: 'string' } } });
  const olderThanMinutes = minutes(values['older-than-minutes'] ?? String(sweepOlderThanMinutes));
  // Standard output has the one line of the result.
  const pool = openPool({ url: databaseUrl, log: createLog('silent'), max: 1 });
  try {
    return await sweepNoShows(pool, olderThanMinutes);
  } finally {
    await pool.end();
  }
}

function minutes(given: string): number {
  if (/^\d{1,7}$/.test(given)) return Number(given);
  throw new LegacyError('LEGACY_ARGUMENT', `--older-than-minutes: "${given}" is no whole number in 0..9999999`);
}
