import { setTimeout as pause } from 'node:timers/promises';
import { BanyanError } from '@banyan/platform';
import { describeExit, type Exit, type GuardedProcess } from '../processes/guarded-process.ts';
import { afterCrash } from './restart-policy.ts';
import type { SupervisorEvent } from './supervisor-event.ts';

/** Starts one program and resolves when it is ready. Every process it spawns on the way is told to `onSpawn`. */
export type Launch = (context: LaunchContext) => Promise<GuardedProcess>;
export interface LaunchContext {
  readonly onSpawn: (process: GuardedProcess) => void;
  readonly onLine: (line: string) => void;
}

export interface ProcessSpec {
  readonly name: string;
  readonly launch: Launch;
  readonly onLine?: (line: string) => void;
}

export type ProcessPhase = 'stopped' | 'starting' | 'ready' | 'restarting' | 'failed';

/** One program that should run: restarted when it crashes, until it crashes too often. */
export interface SupervisedProcess {
  readonly name: string;
  readonly phase: ProcessPhase;
  /** Undefined while nothing runs. */
  readonly pid: number | undefined;
  /** Resolves when it is ready for the first time. @throws whatever the launch throws: a first start is not repeated */
  start(): Promise<void>;
  /** In order; it stays stopped. */
  stop(): Promise<void>;
  /** At once, with all it started. */
  kill(): void;
}

export interface SupervisedParts {
  readonly onEvent: (event: SupervisorEvent) => void;
  /** It crashed too often; nothing more is tried. */
  readonly onFailed: (failure: BanyanError) => void;
}

const reportedLineCount = 15;

export function createSupervisedProcess(spec: ProcessSpec, { onEvent, onFailed }: SupervisedParts): SupervisedProcess {
  const { name } = spec;
  const crashTimesMs: number[] = [];
  let phase: ProcessPhase = 'stopped';
  let current: GuardedProcess | undefined;
  let waiting = new AbortController();

  const isWanted = (): boolean => phase !== 'stopped' && phase !== 'failed';

  async function launch(): Promise<void> {
    const startedAt = Date.now();
    onEvent({ kind: 'starting', name });
    const running = await spec.launch({
      onLine: (line) => spec.onLine?.(line),
      onSpawn(process) {
        current = process;
        // Stopped while the launch was on its way to this program.
        if (!isWanted()) process.kill();
      },
    });
    phase = 'ready';
    onEvent({ kind: 'ready', name, elapsedMs: Date.now() - startedAt });
    void running.exited.then((exit) => onExit(running, exit));
  }

  async function onExit(ended: GuardedProcess, exit: Exit): Promise<void> {
    if (!isWanted() || ended !== current) return;
    crashTimesMs.push(Date.now());
    const decision = afterCrash(crashTimesMs);
    const restartInMs = decision.kind === 'restart' ? decision.delayMs : undefined;
    const lastLines = ended.lastLines.slice(-reportedLineCount);
    onEvent({ kind: 'crashed', name, exit, lastLines, restartInMs });
    if (restartInMs === undefined) return fail(exit, lastLines);
    phase = 'restarting';
    await restartAfter(restartInMs);
  }

  async function restartAfter(delayMs: number): Promise<void> {
    waiting = new AbortController();
    const isDue = await pause(delayMs, true, { signal: waiting.signal }).catch(() => false);
    if (!isDue || !isWanted()) return;
    try {
      await launch();
    } catch {
      // It ended before it was ready: one more crash of the process that `current` names.
      if (current) await onExit(current, await current.exited);
    }
  }

  function fail(exit: Exit, lastLines: readonly string[]): void {
    phase = 'failed';
    onFailed(
      new BanyanError(
        'SANDBOX_PROCESS_FAILED',
        `${name} crashed ${crashTimesMs.length} times, last with ${describeExit(exit)}:\n  ${lastLines.join('\n  ')}`,
        { remedy: `Read its log; when the cause is gone, start the sandbox again.`, concerning: name },
      ),
    );
  }

  return {
    name,
    get phase() {
      return phase;
    },
    get pid() {
      return current?.hasExited === false ? current.pid : undefined;
    },
    async start() {
      phase = 'starting';
      try {
        await launch();
      } catch (err) {
        phase = 'stopped';
        throw err;
      }
    },
    async stop() {
      if (phase === 'stopped') return;
      phase = 'stopped';
      waiting.abort();
      if (!current || current.hasExited) return;
      onEvent({ kind: 'stopping', name });
      onEvent({ kind: 'stopped', name, exit: await current.stop() });
    },
    kill() {
      phase = 'stopped';
      waiting.abort();
      current?.kill();
    },
  };
}
