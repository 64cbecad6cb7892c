/**
 * sandbox: everything on one machine: embedded Postgres, a real Unleash server, the sample legacy monolith, the services, and traffic.
 * It must never be imported by a room: only the command and the tests start it.
 * Start reading at `up/open-sandbox.ts`: what starts, and in which order.
 */
export { isContinuousIntegration, ownBrokers } from './config.ts';
export { startKafka, type KafkaOptions, type RunningKafka } from './kafka/start-kafka.ts';
export { startPostgres, type PostgresOptions, type RunningPostgres } from './postgres/start-postgres.ts';
export { freePort } from './processes/free-port.ts';
export { startGuarded, type GuardedProcess } from './processes/guarded-process.ts';
export { readSandboxState, type SandboxState } from './state/sandbox-state.ts';
export { startTraffic, type Traffic, type TrafficOptions } from './traffic/start-traffic.ts';
export type { TrafficCounts } from './traffic/traffic-counts.ts';
export { startUnleash, type RunningUnleash } from './unleash/start-unleash.ts';
export { formatAddresses, formatStory } from './up/format-sandbox.ts';
export { runSandbox, type RunEnd, type RunOptions } from './up/run-sandbox.ts';
export { describeEvent, type SandboxEvent } from './up/sandbox-event.ts';
export { usualPorts, type SandboxPorts } from './up/sandbox-plan.ts';
export { startSandbox, type Sandbox, type SandboxOptions, type SandboxProcesses } from './up/start-sandbox.ts';
