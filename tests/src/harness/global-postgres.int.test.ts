import { openDatabase, Secret, silentLogger } from '@banyan/platform';
import { expect, inject, test } from 'vitest';

test('the Postgres of a run is version 18 and decodes logically', async () => {
  const database = openDatabase({ url: new Secret(inject('postgresUrl')), applicationName: 'test', log: silentLogger });
  const { rows } = await database.query(
    `select current_setting('wal_level') as "walLevel", current_setting('server_version_num')::int / 10000 as major`,
  );
  await database.close();
  expect(rows).toEqual([{ walLevel: 'logical', major: 18 }]);
});
