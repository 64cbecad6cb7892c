import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { keepBus } from './bus-choice.ts';

test('data stays with the bus that carried it first: what lies in a broker is unknown to another bus', async () => {
  const folder = await temporaryFolder();
  await keepBus(folder, 'kafka');
  await keepBus(folder, 'kafka');
  await expect(keepBus(folder, 'embedded')).rejects.toMatchObject({
    code: 'SANDBOX_OTHER_BUS',
    remedy: 'Start with --bus kafka, or with --fresh from nothing.',
  });
});
