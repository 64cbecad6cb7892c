import { BanyanError } from '@banyan/platform';
import { SupervisedProcess, type ProcessPhase, type ProcessSpec } from './supervised-process.ts';
import type { SupervisorEvent } from './supervisor-event.ts';

export interface ProcessStatus {
  readonly name: string;
  readonly phase: ProcessPhase;
  readonly pid: number | undefined;
}

/** The processes of one sandbox, started one after the other or together, stopped newest first. */
export interface Supervisor {
  /** Adds a process and resolves when it is ready. @throws {BanyanError} what its launch throws; SANDBOX_STOPPING */
  start(spec: ProcessSpec): Promise<void>;
  list(): readonly ProcessStatus[];
  /** Stops one by name; it is not restarted. @throws {BanyanError} SANDBOX_NO_SUCH_PROCESS */
  stop(name: string): Promise<void>;
  /** Starts one that was stopped by name. @throws {BanyanError} SANDBOX_NO_SUCH_PROCESS */
  startAgain(name: string): Promise<void>;
  /** Ends one at once, as a crash would. It is not restarted. */
  kill(name: string): void;
  stopAll(): Promise<void>;
  killAll(): void;
  /** Resolves with the failure of a process that crashed too often. */
  readonly failed: Promise<BanyanError>;
}

export function createSupervisor(onEvent: (event: SupervisorEvent) => void): Supervisor {
  const processes: SupervisedProcess[] = [];
  let stopping: Promise<void> | undefined;
  let onFailed: (failure: BanyanError) => void = () => undefined;
  const failed = new Promise<BanyanError>((resolve) => (onFailed = resolve));

  function named(name: string): SupervisedProcess {
    const found = processes.find((process) => process.name === name);
    if (found) return found;
    throw new BanyanError('SANDBOX_NO_SUCH_PROCESS', `The sandbox has no process "${name}".`, {
      remedy: `Choose one of ${processes.map((process) => process.name).join(', ')}.`,
      concerning: name,
    });
  }

  async function stopNewestFirst(): Promise<void> {
    // One may still be added by a start that was under way: it is refused there, so the list is final.
    for (const process of [...processes].reverse()) await process.stop();
  }

  return {
    failed,
    async start(spec) {
      if (stopping) {
        throw new BanyanError('SANDBOX_STOPPING', `"${spec.name}" was not started: the sandbox is stopping.`, {
          remedy: 'Start the sandbox again.',
          concerning: spec.name,
        });
      }
      const process = new SupervisedProcess(spec, { onEvent, onFailed });
      processes.push(process);
      await process.start();
    },
    list: () => processes.map(({ name, phase, pid }) => ({ name, phase, pid })),
    stop: (name) => named(name).stop(),
    startAgain: (name) => named(name).start(),
    kill: (name) => named(name).kill(),
    stopAll: () => (stopping ??= stopNewestFirst()),
    killAll() {
      stopping ??= Promise.resolve();
      for (const process of processes) process.kill();
    },
  };
}
