import { configOrExit, createLogger, runProcess } from '@banyan/platform';
import { composeFacade } from './compose.ts';
import { readFacadeConfig } from './config.ts';

const config = configOrExit(() => readFacadeConfig());
const log = createLogger({ name: 'facade', level: config.logLevel });

await runProcess(log, async (lifecycle) => {
  await composeFacade(config, { log, lifecycle });
});
