import { configOrExit, createLogger, runProcess } from '@banyan/platform';
import { composeTripService } from './compose.ts';
import { readTripConfig } from './config.ts';

const config = configOrExit(readTripConfig);
const log = createLogger({ name: 'trip-service', level: config.logLevel });
await runProcess(log, async (lifecycle) => {
  await composeTripService(config, { log, lifecycle });
});
