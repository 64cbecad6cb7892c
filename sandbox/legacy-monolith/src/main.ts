/**
 * legacy-monolith: the host tree, the program that is being strangled: one database, its own spelling, every public route and a nightly job.
 * It must never import a room of Banyan: it was there before.
 * Start reading at `app.ts` for what it serves, `compose.ts` for how it starts, `../sql/` for what it keeps.
 */
import { startMonolith } from './compose.ts';
import { readConfig, type MonolithConfig } from './config.ts';
import { messageOf } from './legacy-error.ts';
import { createLog } from './log.ts';

await main();

async function main(): Promise<void> {
  const config = configOrExit();
  const log = createLog(config.logLevel);
  try {
    const monolith = await startMonolith(config, log);
    log.info({ event: 'process.ready', port: monolith.port }, 'legacy monolith is ready');
    stopOnSignal(async (signal) => {
      log.info({ event: 'process.stopping', signal }, 'stopping');
      await monolith.close();
      log.info({ event: 'process.stopped' }, 'stopped');
    });
  } catch (err) {
    log.fatal({ event: 'process.failed', err }, messageOf(err));
    process.exitCode = 1;
  }
}

function configOrExit(): MonolithConfig {
  try {
    return readConfig();
  } catch (err) {
    process.stderr.write(`${messageOf(err)}\n`);
    process.exit(2);
  }
}

/** The first signal drains, the second ends at once. */
function stopOnSignal(stop: (signal: string) => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      stop(signal).then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
