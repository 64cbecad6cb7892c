import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { BanyanError } from '@banyan/platform';

/** The system user Postgres runs as; undefined when we are not root and it simply runs as us. */
export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);

/**
 * Postgres refuses to run as root, so root lends it a user that has no other rights: `postgres` where it exists, else `nobody`.
 *
 * @throws {BanyanError} POSTGRES_NO_USER when root has neither
 */
export async function chooseRunAs(): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = await userIds(name);
    if (ids) return { name, ...ids };
  }
  throw new BanyanError(
    'POSTGRES_NO_USER',
    'Postgres does not run as root, and there is no user "postgres" or "nobody".',
    {
      remedy: 'Start the sandbox as an ordinary user, or create one for it: useradd --system postgres.',
    },
  );
}

async function userIds(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined; // `id` says that there is no such user
  }
}

/** Whether the user can enter and read `folder`: asked of the system itself, so access lists and mounts count too. */
export function canReach(folder: string, runAs: RunAs | undefined): boolean {
  const ids = runAs ? { uid: runAs.uid, gid: runAs.gid } : {};
  const answer = spawnSync('/bin/sh', ['-c', 'test -x "$1" && test -r "$1"', 'sh', folder], { ...ids, cwd: '/' });
  return answer.status === 0;
}
