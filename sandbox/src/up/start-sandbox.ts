import { createLifecycle, silentLogger, type BanyanError } from '@banyan/platform';
import type { SandboxState } from '../state/sandbox-state.ts';
import { createStateKeeper } from '../state/state-keeper.ts';
import { createSupervisor, type ProcessStatus, type Supervisor } from '../supervisor/supervisor.ts';
import { startTraffic } from '../traffic/start-traffic.ts';
import { openSandbox, type OpenOptions } from './open-sandbox.ts';
import type { SandboxEvent } from './sandbox-event.ts';
import { stateOf } from './state-of.ts';

export interface SandboxOptions extends OpenOptions {
  /** Requests per second of steady users; 0 for none. */
  readonly traffic: number;
  readonly onEvent?: (event: SandboxEvent) => void;
}

/** Single processes by name, for tests and for showing what an outage does. */
export interface SandboxProcesses {
  list(): readonly ProcessStatus[];
  stop(name: string): Promise<void>;
  /** Resolves when it is ready again. */
  start(name: string): Promise<void>;
  restart(name: string): Promise<void>;
  /** At once, as a crash would; it stays down until it is started. */
  kill(name: string): void;
}

export interface Sandbox {
  readonly state: SandboxState;
  readonly processes: SandboxProcesses;
  /** Resolves when a process has crashed too often; the others still run. */
  readonly failed: Promise<BanyanError>;
  /** Everything in order, newest first; later calls get the same promise. */
  stop(): Promise<void>;
  /** Everything at once. */
  kill(): void;
}

/** A sandbox that can be stopped from its first moment on. */
export interface StartingSandbox extends Pick<Sandbox, 'stop' | 'kill'> {
  /** Rejects with what went wrong, after everything was stopped again. */
  readonly ready: Promise<Sandbox>;
}

const closeTimeoutMs = 120_000;

/**
 * Starts everything on this machine and resolves when all of it is ready, the initial snapshot included.
 *
 * @throws {BanyanError} of the part that failed, after everything was stopped again
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  return beginSandbox(options).ready;
}

export function beginSandbox(options: SandboxOptions): StartingSandbox {
  const { traffic, onEvent = () => undefined } = options;
  const lifecycle = createLifecycle({ log: silentLogger, releaseTimeoutMs: closeTimeoutMs });
  const keeper = createStateKeeper();
  const supervisor = createSupervisor((event) => {
    onEvent(event);
    if (event.kind === 'ready') void keeper.addProcess(event.name, event.pid);
  });
  const ends = { stop: () => lifecycle.close('stop'), kill: () => supervisor.killAll() };

  async function open(): Promise<Sandbox> {
    const plan = await openSandbox(options, { lifecycle, supervisor, onPlan: (made) => keeper.set(stateOf(made)) });
    const state = stateOf(plan);
    if (traffic > 0) {
      const users = startTraffic({
        facadeUrl: state.facade.url,
        requestsPerSecond: traffic,
        onReport: (counts) => onEvent({ kind: 'traffic', counts }),
      });
      lifecycle.onClose('traffic', () => users.stop());
    }
    return { state, failed: supervisor.failed, processes: processesOf(supervisor), ...ends };
  }

  const ready = open().catch(async (err: unknown) => {
    await lifecycle.close('start failed');
    throw err;
  });
  return { ready, ...ends };
}

function processesOf(supervisor: Supervisor): SandboxProcesses {
  return {
    list: () => supervisor.list(),
    stop: (name) => supervisor.stop(name),
    start: (name) => supervisor.startAgain(name),
    async restart(name) {
      await supervisor.stop(name);
      await supervisor.startAgain(name);
    },
    kill: (name) => supervisor.kill(name),
  };
}
