import { BanyanError, type Lifecycle } from '@banyan/platform';
import { childEnvironment, ownBrokers } from '../config.ts';
import { startKafka } from '../kafka/start-kafka.ts';
import { prepareDatabases } from '../postgres/databases.ts';
import { startPostgres, type RunningPostgres } from '../postgres/start-postgres.ts';
import { claimPorts } from '../processes/free-port.ts';
import { openLogs } from '../processes/log-file.ts';
import { keepBus, type BusKind } from '../state/bus-choice.ts';
import { openDataFolder, wipeDataFolder, type DataFolder } from '../state/data-folder.ts';
import { lockDataFolder, lockFile } from '../state/lock.ts';
import { endLeftovers } from '../state/process-record.ts';
import { lastProcesses, removeSandboxState } from '../state/sandbox-state.ts';
import { openSecrets } from '../state/secrets.ts';
import { nodeProcess } from '../supervisor/node-process.ts';
import type { ProcessSpec } from '../supervisor/supervised-process.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import {
  plannedProcesses,
  usualPorts,
  type PlannedProcess,
  type SandboxPlan,
  type SandboxPorts,
} from './sandbox-plan.ts';

export interface OpenOptions {
  readonly dataDir: string;
  readonly isFresh: boolean;
  readonly bus: BusKind;
  /** Preferred ports; another one is taken where they are not free. */
  readonly ports?: Partial<SandboxPorts>;
  /** False gives up the promise to survive a power cut, for tests. */
  readonly isDurable?: boolean;
  /** What runs beside Postgres and Kafka: the fleet, unless a test of the sandbox itself says otherwise. */
  readonly plannedProcesses?: (plan: SandboxPlan) => readonly PlannedProcess[];
}

export interface OpenParts {
  readonly lifecycle: Lifecycle;
  readonly supervisor: Supervisor;
  /** Called when all addresses are known, before the processes start that need them. */
  readonly onPlan: (plan: SandboxPlan) => Promise<void>;
}

const leftoverGraceMs = 15_000;
const startTimeoutMs = 60_000;

/**
 * Opens the data folder for this process alone and starts everything on it, what depends on something after it.
 * What was opened is told to the lifecycle, so that it is closed newest first whether the start succeeds or not.
 */
export async function openSandbox(options: OpenOptions, parts: OpenParts): Promise<SandboxPlan> {
  const { lifecycle, supervisor, onPlan } = parts;
  const folder = await openDataFolder(options.dataDir);
  lifecycle.onClose('lock', await lockDataFolder(folder.path));
  await endLeftovers(await lastProcesses(folder.path), leftoverGraceMs);
  if (options.isFresh) await wipeDataFolder(folder, lockFile);
  lifecycle.onClose('state', () => removeSandboxState(folder.path));
  await keepBus(folder.path, options.bus);
  const logs = openLogs(folder.logs);
  lifecycle.onClose('logs', () => logs.close());

  const secrets = await openSecrets(folder.path);
  const { ports, release } = await claimPorts({ ...usualPorts, ...options.ports });
  lifecycle.onClose('ports', release);
  lifecycle.onClose('processes', () => supervisor.stopAll());
  const start: Start = (spec) => supervisor.start({ ...spec, onLine: logs.writerFor(spec.name) });
  const broker = options.bus === 'kafka' ? openBroker(folder, ports, start) : undefined;
  const postgres = await startDatabase(options, { folder, port: ports.postgres, start });
  const databases = await prepareDatabases({
    superuserUrl: postgres.superuserUrl,
    passwords: secrets.databasePasswords,
  });
  const plan: SandboxPlan = { ports, secrets, databases, folder, kafkaBrokers: broker?.brokers };
  await onPlan(plan);
  const planned = (options.plannedProcesses ?? plannedProcesses)(plan);
  await startInOrder(planned, start, new Map([['kafka', broker?.ready ?? Promise.resolve()]]));
  return plan;
}

type Start = (spec: ProcessSpec) => Promise<void>;

interface DatabaseParts {
  readonly folder: DataFolder;
  readonly port: number;
  readonly start: Start;
}

async function startDatabase({ isDurable = true }: OpenOptions, parts: DatabaseParts): Promise<RunningPostgres> {
  const { folder, port, start } = parts;
  let first: RunningPostgres | undefined;
  await start({
    name: 'postgres',
    launch: async (context) => {
      const running = await startPostgres({ folder: folder.postgres, port, isDurable, ...context });
      first ??= running;
      return running.process;
    },
  });
  if (first) return first;
  throw new BanyanError('SANDBOX_STOPPING', 'The sandbox was stopped while Postgres started.', {
    remedy: 'Start the sandbox again.',
  });
}

interface Broker {
  readonly brokers: string;
  readonly ready: Promise<void>;
}

/** The caller's broker, or one of ours that starts beside everything but the process that needs it. */
function openBroker(folder: DataFolder, ports: SandboxPorts, start: Start): Broker {
  const own = ownBrokers();
  if (own !== undefined) return { brokers: own, ready: Promise.resolve() };
  const brokerPorts = { broker: ports.kafka, controller: ports.kafkaController };
  const ready = start({
    name: 'kafka',
    launch: async (context) => {
      const kafka = await startKafka({ folder: folder.kafka, ports: brokerPorts, ...context });
      return kafka.process;
    },
  });
  // Whoever needs it meets its failure; until then it is not an unhandled one.
  ready.catch(() => undefined);
  return { brokers: `127.0.0.1:${ports.kafka}`, ready };
}

/** Starts each when what it needs is ready; independent ones start together. */
async function startInOrder(
  planned: readonly PlannedProcess[],
  start: Start,
  ready: Map<string, Promise<void>>,
): Promise<void> {
  for (const { after, env, ...one } of planned) {
    const needed = after.map((name) => ready.get(name) ?? Promise.resolve());
    const launch = nodeProcess({ ...one, env: { ...childEnvironment(), ...env }, startTimeoutMs });
    ready.set(
      one.name,
      Promise.all(needed).then(() => start({ name: one.name, launch })),
    );
  }
  await Promise.all(ready.values());
}
