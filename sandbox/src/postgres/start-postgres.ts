import { BanyanError, Secret } from '@banyan/platform';
import { childEnvironment } from '../config.ts';
import { freePort } from '../processes/free-port.ts';
import { startGuarded, type GuardedProcess } from '../processes/guarded-process.ts';
import { findBinaries } from './binaries.ts';
import { openCluster } from './cluster.ts';
import { postgresFailure } from './postgres-failure.ts';
import { reachablePlace } from './reachable-folder.ts';
import { chooseRunAs } from './run-as.ts';
import { serverArguments } from './settings.ts';
import { clearStaleLock } from './stale-lock.ts';

export interface PostgresOptions {
  /** Kept between starts; made when it does not exist. */
  readonly folder: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** False trades the promise to survive a power cut for speed: for tests only. */
  readonly isDurable: boolean;
  readonly onLine?: (line: string) => void;
  readonly onSpawn?: (server: GuardedProcess) => void;
}

export interface RunningPostgres {
  readonly port: number;
  readonly pid: number;
  /** Where the data really is: not `folder` when the user that Postgres runs as cannot reach it. */
  readonly folder: string;
  readonly superuserUrl: Secret;
  readonly process: GuardedProcess;
  /** Ends sessions and writes a checkpoint ("fast"). After 20 s it is killed: nothing committed is lost, the next start recovers. */
  stop(): Promise<unknown>;
}

const readySign = 'database system is ready to accept connections';
const stopGraceMs = 20_000;
const freePortAttempts = 5;

/**
 * Starts the embedded Postgres of `folder` and waits until it accepts connections.
 *
 * @throws {BanyanError} POSTGRES_PORT_TAKEN, POSTGRES_ALREADY_RUNS, POSTGRES_OTHER_VERSION, POSTGRES_DISK_FULL, POSTGRES_NO_USER, POSTGRES_FAILED
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const runAs = await chooseRunAs();
  const binaries = await findBinaries(runAs);
  const folder = await reachablePlace(options.folder, runAs);
  const { isDurable, onLine, onSpawn } = options;
  const cluster = await openCluster({ folder, binaries, runAs, isDurable });
  await clearStaleLock(cluster.dataFolder);

  async function launch(port: number): Promise<RunningPostgres> {
    const server = startGuarded({
      program: binaries.postgres,
      args: serverArguments(cluster.dataFolder, port, isDurable),
      env: { ...childEnvironment(), LC_ALL: 'C' },
      cwd: '/',
      user: runAs,
      stopSignal: 'SIGINT',
      stopGraceMs,
      ...(onLine ? { onLine } : {}),
    });
    onSpawn?.(server);
    await untilReady(server, `${cluster.dataFolder}, port ${port}`);
    const superuserUrl = new Secret(`postgres://postgres:${cluster.superuserPassword}@127.0.0.1:${port}/postgres`);
    return { port, pid: server.pid, folder, superuserUrl, process: server, stop: () => server.stop() };
  }

  if (options.port !== 0) return launch(options.port);
  return onFreePort(launch);
}

/** Another program may take the port between the question and the answer; then the next one is tried. */
async function onFreePort<T>(launch: (port: number) => Promise<T>, attempt = 1): Promise<T> {
  try {
    return await launch(await freePort());
  } catch (err) {
    const isTaken = err instanceof BanyanError && err.code === 'POSTGRES_PORT_TAKEN';
    if (!isTaken || attempt === freePortAttempts) throw err;
    return onFreePort(launch, attempt + 1);
  }
}

async function untilReady(server: GuardedProcess, concerning: string): Promise<void> {
  const ended = server.exited.then(() => 'ended' as const);
  for (;;) {
    if (server.lastLines.some((line) => line.includes(readySign))) return;
    if ((await Promise.race([ended, nextTick()])) === 'ended') throw postgresFailure(server.lastLines, concerning);
  }
}

async function nextTick(): Promise<'tick'> {
  return new Promise((resolve) => setTimeout(() => resolve('tick'), 20));
}
