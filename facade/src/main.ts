import { configOrExit, createLogger, runProcess } from '@banyan/platform';
import { composeFacade, type RunningFacade } from './compose.ts';
import { readFacadeConfig } from './config.ts';

const config = configOrExit(() => readFacadeConfig());
const log = createLogger({ name: 'facade', level: config.logLevel });

let facade: RunningFacade | undefined;
let isEmergency = false;
// From the first moment: without a listener the signal would end the process.
process.on('SIGUSR2', () => {
  isEmergency = true;
  facade?.sendAllToLegacy();
});

await runProcess(log, async (lifecycle) => {
  facade = await composeFacade(config, { log, lifecycle });
  if (isEmergency) facade.sendAllToLegacy();
});
