import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { BanyanError } from '@banyan/platform';
import { canReach, type RunAs } from './run-as.ts';

/**
 * A folder outside the checkout that other users can enter: `/var/lib/banyan` for root, one in the temporary directory for everybody else.
 *
 * @throws {BanyanError} SANDBOX_NO_FOLDER
 */
export async function reachableFolder(): Promise<string> {
  const folder = userInfo().uid === 0 ? '/var/lib/banyan' : join(tmpdir(), `banyan-${userInfo().uid}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    return folder;
  } catch (cause) {
    throw new BanyanError(
      'SANDBOX_NO_FOLDER',
      `Postgres needs a folder that its user can enter, and "${folder}" cannot be made.`,
      {
        remedy:
          'Start the sandbox as an ordinary user, or put the checkout where other users can enter (not under /root).',
        concerning: folder,
        cause,
      },
    );
  }
}

/** `wished` when `runAs` can enter its parent, else a folder of the same identity elsewhere; the same answer every time. */
export async function reachablePlace(wished: string, runAs: RunAs | undefined): Promise<string> {
  await mkdir(dirname(wished), { recursive: true });
  if (canReach(dirname(wished), runAs)) return wished;
  return join(await reachableFolder(), createHash('sha256').update(wished).digest('hex').slice(0, 16));
}
