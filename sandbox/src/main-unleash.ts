import { configOrExit, createLogger, runProcess } from '@banyan/platform';
import { readUnleashConfig } from './unleash/config.ts';
import { startUnleash } from './unleash/start-unleash.ts';

const config = configOrExit(() => readUnleashConfig());
const log = createLogger({ name: 'unleash', level: 'info' });

await runProcess(log, (lifecycle) => startUnleash(config, lifecycle));
