import { configOrExit, createLogger, runProcess } from '@banyan/platform';
import { composeVehicleService } from './compose.ts';
import { readVehicleConfig } from './config.ts';

const config = configOrExit(readVehicleConfig);
const log = createLogger({ name: 'vehicle-service', level: config.logLevel });
await runProcess(log, async (lifecycle) => {
  await composeVehicleService(config, { log, lifecycle });
});
