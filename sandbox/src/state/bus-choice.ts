import { join } from 'node:path';
import { BanyanError } from '@banyan/platform';
import { readFileIfAny, writePrivateFile } from './private-file.ts';

export type BusKind = 'embedded' | 'kafka';

/**
 * Notes which bus carries the changes of this data, the first time.
 * Changes that lie in a broker have been acknowledged to the database: another bus would never see them.
 *
 * @throws {BanyanError} SANDBOX_OTHER_BUS when another one did so far
 */
export async function keepBus(folder: string, bus: BusKind): Promise<void> {
  const file = join(folder, 'bus');
  const kept = (await readFileIfAny(file))?.trim();
  if (kept === undefined) return writePrivateFile(file, `${bus}\n`);
  if (kept === bus) return;
  throw new BanyanError(
    'SANDBOX_OTHER_BUS',
    `The changes of this sandbox are carried by the bus "${kept}", not "${bus}".`,
    {
      remedy: `Start with --bus ${kept}, or with --fresh from nothing.`,
      concerning: folder,
    },
  );
}
