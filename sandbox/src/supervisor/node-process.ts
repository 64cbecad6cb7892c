import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BanyanError } from '@banyan/platform';
import { cacheFolder, repositoryFolder } from '../folders.ts';
import { describeExit, startGuarded, type GuardedProcess } from '../processes/guarded-process.ts';
import type { Launch, LaunchContext } from './supervised-process.ts';

export interface NodeProcessOptions {
  readonly name: string;
  /** Path of the main file, from the root of the checkout. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 when the process is ready. */
  readonly readyUrl: string;
  /** Old-generation limit of the heap. */
  readonly heapMebibytes: number;
  readonly startTimeoutMs: number;
  /** Done after each start, before it counts as ready. */
  readonly onReady?: () => Promise<void>;
}

/** Node 22.18 and later read our TypeScript themselves, three times faster than through tsx. */
const typescriptLoader = 'typescript' in process.features && process.features.typescript ? [] : ['--import', 'tsx'];
/** Compiled code between starts; Node 20 does not know it. */
const compileCache = join(cacheFolder, 'node');

const pollMs = 100;
const probeTimeoutMs = 1_000;
const reportedLineCount = 20;

/** Launches a main file, for a room from its TypeScript source, and waits until its ready URL answers 200. */
export function nodeProcess(options: NodeProcessOptions): Launch {
  const { main, env, heapMebibytes } = options;
  return async (context: LaunchContext) => {
    const child = startGuarded({
      program: process.execPath,
      // Small semi-spaces: most of what the young generation holds in these processes is garbage anyway.
      args: [
        `--max-old-space-size=${heapMebibytes}`,
        '--max-semi-space-size=4',
        '--conditions=source',
        ...(main.endsWith('.ts') ? typescriptLoader : []),
        main,
      ],
      env: { NODE_COMPILE_CACHE: compileCache, ...env },
      cwd: repositoryFolder,
      onLine: context.onLine,
    });
    context.onSpawn(child);
    await untilReady(child, options);
    await options.onReady?.();
    return child;
  };
}

/** @throws {BanyanError} SANDBOX_PROCESS_ENDED, SANDBOX_PROCESS_SLOW */
async function untilReady(child: GuardedProcess, options: NodeProcessOptions): Promise<void> {
  const { name, readyUrl, startTimeoutMs } = options;
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answersOk(readyUrl))) {
    if (child.hasExited) throw await endedEarly(child, name);
    if (Date.now() > deadline) {
      child.kill();
      throw slow(child, options);
    }
    await pause(pollMs);
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function endedEarly(child: GuardedProcess, name: string): Promise<BanyanError> {
  const exit = describeExit(await child.exited);
  return new BanyanError(
    'SANDBOX_PROCESS_ENDED',
    `${name} ended before it was ready (${exit}):\n  ${lastLines(child)}`,
    { remedy: 'Read its last lines above.', concerning: name },
  );
}

function slow(child: GuardedProcess, { name, readyUrl, startTimeoutMs }: NodeProcessOptions): BanyanError {
  return new BanyanError(
    'SANDBOX_PROCESS_SLOW',
    `${name} was not ready after ${startTimeoutMs} ms (${readyUrl}):\n  ${lastLines(child)}`,
    { remedy: 'Read its last lines above; on a slow or busy machine, try again.', concerning: name },
  );
}

function lastLines(child: GuardedProcess): string {
  return child.lastLines.slice(-reportedLineCount).join('\n  ');
}
