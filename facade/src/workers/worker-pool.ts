import cluster, { type Worker } from 'node:cluster';
import { BanyanError, withDeadline, type Logger } from '@banyan/platform';
import { restartDelayMs } from './restart-delay.ts';
import { returnUntaken } from './return-untaken.ts';
import { isWorkerMessage, type WorkerMessage, type WorkerOpening } from './worker-channel.ts';

export interface WorkerPoolParts {
  readonly workerCount: number;
  /** Environment of one worker beside that of this process; the first is 0. */
  readonly envOf: (index: number) => Readonly<Record<string, string>>;
  readonly log: Logger;
  readonly onCrash: () => void;
}

interface Slot {
  readonly index: number;
  worker: Worker | undefined;
  opening: WorkerOpening | undefined;
  startedAtMs: number;
  crashCount: number;
  restart: NodeJS.Timeout | undefined;
}

const refreshTimeoutMs = 2_000;
// A worker that lived so long crashes for a new reason.
const calmMs = 60_000;

/** Keeps a number of workers running, each of them a whole facade; they share the public ports (node:cluster). */
export class WorkerPool {
  readonly #parts: WorkerPoolParts;
  readonly #slots: readonly Slot[];
  readonly #refreshes = new Map<string, () => void>();
  #isClosing = false;
  #lastId = 0;

  constructor(parts: WorkerPoolParts) {
    this.#parts = parts;
    this.#slots = Array.from({ length: parts.workerCount }, (_, index) => ({
      index,
      worker: undefined,
      opening: undefined,
      startedAtMs: 0,
      crashCount: 0,
      restart: undefined,
    }));
  }

  /** Those that serve now, in order. */
  get open(): readonly WorkerOpening[] {
    return this.#slots.flatMap(({ opening }) => (opening ? [opening] : []));
  }

  get workerCount(): number {
    return this.#slots.length;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  processIds(): readonly (number | undefined)[] {
    return this.#slots.map(({ worker }) => worker?.process.pid);
  }

  /**
   * Starts all, one after the other: the first one finds out whether the configuration can serve.
   *
   * @throws {BanyanError} WORKER_START_FAILED
   */
  async start(): Promise<WorkerOpening> {
    for (const slot of this.#slots) await this.#startFirst(slot);
    const [first] = this.open;
    if (!first) throw startFailed('it ended at once');
    return first;
  }

  /** Settles when every worker has looked at the files that all share. One that has gone looks when it starts again. */
  async refresh(): Promise<void> {
    const id = ++this.#lastId;
    const looking = this.#slots.flatMap(({ worker, opening }) =>
      worker && opening ? [this.#refreshOne(worker, id)] : [],
    );
    await withDeadline(Promise.all(looking), refreshTimeoutMs, 'the workers');
  }

  /** Tells all to end, and settles when they have; may be called again. */
  async close(): Promise<void> {
    const isFirst = !this.#isClosing;
    this.#isClosing = true;
    await Promise.all(
      this.#slots.map(async (slot) => {
        clearTimeout(slot.restart);
        const { worker } = slot;
        if (!worker) return;
        const ended = new Promise((resolve) => worker.once('exit', resolve));
        if (isFirst) worker.process.kill('SIGTERM');
        await ended;
      }),
    );
  }

  /** Ends what has not ended by itself. */
  kill(): void {
    for (const { worker } of this.#slots) worker?.process.kill('SIGKILL');
  }

  /** Hands a signal on to all. */
  signal(name: NodeJS.Signals): void {
    for (const { worker } of this.#slots) worker?.process.kill(name);
  }

  async #startFirst(slot: Slot): Promise<void> {
    const worker = this.#fork(slot);
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message) => {
        if (isWorkerMessage(message) && message.kind === 'open') resolve();
      });
      worker.once('exit', (code, signal) => reject(startFailed(`it ended with ${signal || String(code)}`)));
    });
  }

  #fork(slot: Slot): Worker {
    const worker = cluster.fork(this.#parts.envOf(slot.index));
    returnUntaken(worker.process);
    slot.worker = worker;
    slot.startedAtMs = performance.now();
    worker.on('message', (message: unknown) => {
      if (!isWorkerMessage(message)) return;
      if (message.kind === 'open') slot.opening = message;
      if (message.kind === 'refreshed') this.#refreshes.get(`${worker.id}.${message.id}`)?.();
    });
    worker.on('error', (err) => this.#parts.log.warn({ event: 'worker.channel-failed', err }, err.message));
    worker.once('exit', (code, signal) => this.#onExit(slot, signal || String(code)));
    return worker;
  }

  #onExit(slot: Slot, how: string): void {
    const wasOpen = slot.opening !== undefined || slot.crashCount > 0;
    slot.worker = undefined;
    slot.opening = undefined;
    if (this.#isClosing || !wasOpen) return;
    slot.crashCount = performance.now() - slot.startedAtMs > calmMs ? 1 : slot.crashCount + 1;
    const delayMs = restartDelayMs(slot.crashCount);
    this.#parts.onCrash();
    this.#parts.log.error(
      { event: 'worker.crashed', worker: slot.index, how, delayMs },
      `worker ${slot.index} ended with ${how}; another one takes its place`,
    );
    slot.restart = setTimeout(() => this.#fork(slot), delayMs);
  }

  #refreshOne(worker: Worker, id: number): Promise<void> {
    const key = `${worker.id}.${id}`;
    return new Promise<void>((resolve) => {
      const done = (): void => {
        this.#refreshes.delete(key);
        worker.off('exit', done);
        resolve();
      };
      this.#refreshes.set(key, done);
      worker.once('exit', done);
      worker.send({ kind: 'refresh', id } satisfies WorkerMessage, () => undefined);
    });
  }
}

function startFailed(how: string): BanyanError {
  return new BanyanError('WORKER_START_FAILED', `A worker did not start: ${how}.`, {
    remedy: 'Its own log lines say why.',
  });
}
