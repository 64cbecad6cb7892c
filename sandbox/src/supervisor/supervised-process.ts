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

/** `failed`: it crashed too often and is left alone. */
export type ProcessPhase = 'stopped' | 'starting' | 'ready' | 'restarting' | 'failed';

export interface SupervisedParts {
  readonly onEvent: (event: SupervisorEvent) => void;
  readonly onFailed: (failure: BanyanError) => void;
}

const reportedLineCount = 15;

/** One program that should run: restarted when it crashes, until it crashes too often. */
export class SupervisedProcess {
  readonly #spec: ProcessSpec;
  readonly #parts: SupervisedParts;
  readonly #crashTimesMs: number[] = [];
  #phase: ProcessPhase = 'stopped';
  #current: GuardedProcess | undefined;
  #waiting = new AbortController();
  #launching: Promise<unknown> = Promise.resolve();

  constructor(spec: ProcessSpec, parts: SupervisedParts) {
    this.#spec = spec;
    this.#parts = parts;
  }

  get name(): string {
    return this.#spec.name;
  }

  get phase(): ProcessPhase {
    return this.#phase;
  }

  /** Undefined while nothing runs. */
  get pid(): number | undefined {
    return this.#current?.hasExited === false ? this.#current.pid : undefined;
  }

  /** Resolves when it is ready; does nothing when it runs. @throws whatever the launch throws: a first start is not repeated */
  async start(): Promise<void> {
    if (this.#isWanted()) return;
    this.#phase = 'starting';
    const launching = this.#launch();
    this.#launching = launching.catch(() => undefined);
    try {
      await launching;
    } catch (err) {
      this.#phase = 'stopped';
      throw err;
    }
  }

  /** In order; it stays stopped. */
  async stop(): Promise<void> {
    this.#phase = 'stopped';
    this.#waiting.abort();
    if (this.#current && !this.#current.hasExited) {
      this.#parts.onEvent({ kind: 'stopping', name: this.name });
      this.#parts.onEvent({ kind: 'stopped', name: this.name, exit: await this.#current.stop() });
    }
    // A start that had not come to its program yet ends it there.
    await this.#launching;
  }

  /** At once, with all it started; it stays stopped. */
  kill(): void {
    this.#phase = 'stopped';
    this.#waiting.abort();
    this.#current?.kill();
  }

  #isWanted(): boolean {
    return this.#phase !== 'stopped' && this.#phase !== 'failed';
  }

  async #launch(): Promise<void> {
    const startedAt = Date.now();
    this.#parts.onEvent({ kind: 'starting', name: this.name });
    const running = await this.#spec.launch({
      onLine: (line) => this.#spec.onLine?.(line),
      onSpawn: (process) => {
        this.#current = process;
        // It was stopped while the launch was on its way to this program.
        if (!this.#isWanted()) process.kill();
      },
    });
    if (!this.#isWanted()) return;
    this.#phase = 'ready';
    this.#parts.onEvent({ kind: 'ready', name: this.name, pid: running.pid, elapsedMs: Date.now() - startedAt });
    void running.exited.then((exit) => this.#onExit(running, exit));
  }

  async #onExit(ended: GuardedProcess, exit: Exit): Promise<void> {
    if (!this.#isWanted() || ended !== this.#current) return;
    this.#crashTimesMs.push(Date.now());
    const decision = afterCrash(this.#crashTimesMs);
    const restartInMs = decision.kind === 'restart' ? decision.delayMs : undefined;
    const lastLines = ended.lastLines.slice(-reportedLineCount);
    this.#parts.onEvent({ kind: 'crashed', name: this.name, exit, lastLines, restartInMs });
    if (restartInMs === undefined) {
      this.#phase = 'failed';
      this.#parts.onFailed(failureOf(this.name, exit, lastLines));
      return;
    }
    this.#phase = 'restarting';
    await this.#restartAfter(restartInMs);
  }

  async #restartAfter(delayMs: number): Promise<void> {
    this.#waiting = new AbortController();
    const isDue = await pause(delayMs, true, { signal: this.#waiting.signal }).catch(() => false);
    if (!isDue || !this.#isWanted()) return;
    try {
      await this.#launch();
    } catch {
      // It ended before it was ready: one more crash of the process that was spawned last.
      if (this.#current) await this.#onExit(this.#current, await this.#current.exited);
    }
  }
}

function failureOf(name: string, exit: Exit, lastLines: readonly string[]): BanyanError {
  const excerpt = lastLines.join('\n  ');
  return new BanyanError(
    'SANDBOX_PROCESS_FAILED',
    `${name} crashed too often, last with ${describeExit(exit)}:\n  ${excerpt}`,
    { remedy: 'Read its log; when the cause is gone, start the sandbox again.', concerning: name },
  );
}
