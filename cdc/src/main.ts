import { configOrExit, createLogger, runProcess } from '@banyan/platform';
import { composeSync } from './compose.ts';
import { readSyncConfig } from './config.ts';

const config = configOrExit(() => readSyncConfig());
const log = createLogger({ name: 'sync', level: config.logLevel });

await runProcess(log, async (lifecycle) => {
  await composeSync(config, log, lifecycle);
});
