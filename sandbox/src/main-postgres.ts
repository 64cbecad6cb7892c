import { BanyanError, messageOf } from '@banyan/platform';
import { startPostgres } from './postgres/start-postgres.ts';

/**
 * One throw-away Postgres for a test run: `node main-postgres.ts <folder>` prints `{"url","folder"}` as one line
 * and stops when its standard input closes, so that it ends with whoever started it.
 */
async function main(folder: string): Promise<void> {
  const postgres = await startPostgres({ folder, port: 0, isDurable: false });
  process.stdout.write(`${JSON.stringify({ url: postgres.superuserUrl.reveal(), folder: postgres.folder })}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  await postgres.stop();
}

main(process.argv[2] ?? '').catch((err: unknown) => {
  process.stderr.write(`${messageOf(err)} ${err instanceof BanyanError ? err.remedy : ''}\n`);
  process.exitCode = 1;
});
