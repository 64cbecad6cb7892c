import { startGuarded, type GuardedProcess } from '@banyan/sandbox';
import { bareEnvironment } from '../config.ts';

export interface PinnedOptions {
  readonly core: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Takes the standard output instead of us; it is appended to. */
  readonly outputPath?: string;
}

/** Starts a program on one core. It ends when we do, however that happens. */
export function startPinned({ core, program, args, env, outputPath }: PinnedOptions): GuardedProcess {
  const pinned = ['taskset', '-c', String(core), program, ...args];
  const redirected = ['/bin/sh', '-c', 'out=$1; shift; exec "$@" >>"$out"', 'redirect', outputPath ?? ''];
  const [first = '', ...rest] = outputPath === undefined ? pinned : [...redirected, ...pinned];
  return startGuarded({ program: first, args: rest, env: { ...bareEnvironment(), ...env } });
}
