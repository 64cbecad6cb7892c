import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { syncConfigSpec } from '@banyan/cdc';
import { facadeSpec } from '@banyan/facade';
import { tripConfig } from '@banyan/trip-service';
import { vehicleConfig } from '@banyan/vehicle-service';
import { cliConfigSpec } from '../config.ts';
import type { Cli } from '../cli.ts';
import { createProgram } from '../program.ts';
import { cliReference } from './cli-reference.ts';
import { configReference } from './config-reference.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const folder = '../../../docs/reference';

test('docs/reference/config.md lists every key that a process reads (npx vitest -u writes it)', async () => {
  const text = configReference(
    [
      { process: 'facade', command: 'banyan facade', spec: facadeSpec },
      { process: 'sync', command: 'banyan sync run', spec: syncConfigSpec },
      { process: 'trip-service', command: 'node extracted/trip-service/dist/main.js', spec: tripConfig },
      { process: 'vehicle-service', command: 'node extracted/vehicle-service/dist/main.js', spec: vehicleConfig },
      { process: 'banyan', command: 'banyan', spec: cliConfigSpec },
    ],
    checkout,
  );
  await expect(text).toMatchFileSnapshot(`${folder}/config.md`);
});

test('docs/reference/cli.md lists every command and option (npx vitest -u writes it)', async () => {
  const nothing = {} as unknown as Cli;
  await expect(cliReference(createProgram(nothing, '0.0.0'))).toMatchFileSnapshot(`${folder}/cli.md`);
});
