import cluster from 'node:cluster';
import { configOrExit, createLogger, runProcess } from '@banyan/platform';
import { composeFacade, type RunningFacade } from './compose.ts';
import { composeWorkers } from './compose-workers.ts';
import { readFacadeConfig } from './config.ts';
import { reportToPrimary } from './workers/worker-channel.ts';

const config = configOrExit(() => readFacadeConfig());
const name = cluster.worker ? `facade-${cluster.worker.id}` : 'facade';
const log = createLogger({ name, level: config.logLevel });

let facade: Pick<RunningFacade, 'sendAllToLegacy'> | undefined;
let isEmergency = false;
// From the first moment: without a listener the signal would end the process.
process.on('SIGUSR2', () => {
  isEmergency = true;
  facade?.sendAllToLegacy();
});

await runProcess(log, async (lifecycle) => {
  if (config.workerCount > 1 && cluster.isPrimary) facade = await composeWorkers(config, { log, lifecycle });
  else {
    const opened = await composeFacade(config, { log, lifecycle });
    facade = opened;
    if (cluster.isWorker) reportToPrimary(opened, process);
  }
  if (isEmergency) facade.sendAllToLegacy();
});
