import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { BanyanError } from '@banyan/platform';
import { createLineTail } from './line-tail.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Only root may choose another user than its own. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** What asks this program to end in order. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  /** How long `stop` waits before it kills. */
  readonly stopGraceMs?: number;
  readonly onLine?: (line: string) => void;
}

export interface GuardedProcess {
  readonly pid: number;
  /** The last lines of both outputs, oldest first. */
  readonly lastLines: readonly string[];
  readonly exited: Promise<Exit>;
  readonly hasExited: boolean;
  /** Asks it to end, and after the grace time kills its whole group. Resolves when it is gone. */
  stop(): Promise<Exit>;
  /** Ends the whole group at once. */
  kill(): void;
}

/**
 * The guard beside each child: reads descriptor 3 until we write a word (the child is gone, nothing to do) or it closes,
 * which only happens when we died without stopping the child. So even `kill -9` of this process leaves no orphan.
 * The guard is forked twice: a program that reaps its children (Postgres) must not meet one it does not know.
 * `exec` keeps the pid: the child we know is the program itself.
 */
const guardScript = `
signal=$1; shift
( (
  read -r _ <&3 && exit 0
  kill -s "$signal" $$ 2>/dev/null || exit 0
  for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 $$ 2>/dev/null || exit 0; done
  kill -s KILL -- -$$
) </dev/null >/dev/null 2>&1 & )
exec "$@" </dev/null 3<&-`;

/**
 * Starts a program in a process group of its own, so that Ctrl-C at the terminal reaches us and not it, with a guard that ends it when we die.
 *
 * @throws {BanyanError} PROCESS_NOT_STARTED when the shell cannot be started; a missing program shows as exit code 127
 */
export function startGuarded(options: GuardedProcessOptions): GuardedProcess {
  const { program, args, env, cwd, user, stopSignal = 'SIGTERM', stopGraceMs = 8_000, onLine } = options;
  const child = spawn('/bin/sh', ['-c', guardScript, 'banyan-guard', stopSignal.slice(3), program, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...user,
  });
  const tail = createLineTail(onLine ? { onLine } : {});
  for (const output of [child.stdout, child.stderr]) output?.setEncoding('utf8').on('data', tail.push);
  const { pid } = child;
  const exited = exitOf(child);
  if (pid === undefined) {
    exited.catch(() => undefined);
    throw notStarted(program);
  }
  let hasExited = false;
  const gone = exited.finally(() => (hasExited = true));

  function signal(name: NodeJS.Signals, target = pid ?? 0): void {
    if (hasExited) return;
    try {
      process.kill(target, name);
    } catch {
      // ESRCH: it ended before the signal; `exited` says so next.
    }
  }

  return {
    pid,
    lastLines: tail.lines,
    exited: gone,
    get hasExited() {
      return hasExited;
    },
    kill: () => signal('SIGKILL', -pid),
    async stop() {
      signal(stopSignal);
      const force = setTimeout(() => signal('SIGKILL', -pid), stopGraceMs);
      try {
        return await gone;
      } finally {
        clearTimeout(force);
      }
    },
  };
}

/** Its last words may still lie in the pipes when it ends; a grandchild that holds them must not make us wait for ever. */
const lastWordsMs = 250;

async function exitOf(child: ChildProcess): Promise<Exit> {
  const guard = child.stdio[3] as Duplex | null;
  guard?.on('error', () => undefined).resume();
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(child.spawnfile, cause)));
    child.once('exit', (code, signal) => {
      const late = setTimeout(() => resolve({ code, signal }), lastWordsMs);
      child.once('close', () => {
        clearTimeout(late);
        resolve({ code, signal });
      });
      guard?.end('gone\n');
    });
  });
}

function notStarted(program: string, cause?: unknown): BanyanError {
  return new BanyanError('PROCESS_NOT_STARTED', `"${program}" could not be started.`, {
    remedy: 'Check that the program exists, may be executed, and that the system can start more processes.',
    concerning: program,
    cause,
  });
}

/** `exit code 1` or `signal SIGKILL`, for a message. */
export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
