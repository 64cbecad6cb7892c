import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Secret } from '@banyan/platform';
import { z } from 'zod';
import { lockHolder } from './lock.ts';
import { readFileIfAny, writePrivateFile } from './private-file.ts';
import { processRecordSchema, type ProcessRecord } from './process-record.ts';

const secret = z.string().transform((text) => new Secret(text));
const service = z.object({ url: z.string(), databaseUrl: secret });
const stateSchema = z.object({
  dataDir: z.string(),
  logFolder: z.string(),
  bus: z.enum(['embedded', 'kafka']),
  /** `host:port,…`; null on the embedded bus. */
  kafkaBrokers: z.string().nullable(),
  postgres: z.object({ port: z.number() }),
  unleash: z.object({ url: z.string(), adminToken: secret, clientToken: secret, adminPassword: secret }),
  monolith: service,
  vehicleService: service,
  tripService: service,
  sync: z.object({ url: z.string() }),
  facade: z.object({ url: z.string(), adminUrl: z.string(), adminToken: secret }),
  processes: z.array(processRecordSchema),
});

/** Where a running sandbox is reached, and with which tokens. Secrets print as `[secret]`. */
export type SandboxState = Readonly<z.output<typeof stateSchema>>;

const stateFile = 'sandbox.json';

/**
 * What the sandbox that runs on `dataDir` says about itself; undefined when none runs there.
 * The file is written once all addresses are chosen, so it may name processes that are not ready yet.
 */
export async function readSandboxState(dataDir: string): Promise<SandboxState | undefined> {
  if (!(await lockHolder(resolve(dataDir)))) return undefined;
  const text = await readFileIfAny(join(dataDir, stateFile));
  return text === undefined ? undefined : stateSchema.safeParse(JSON.parse(text)).data;
}

export async function writeSandboxState(state: SandboxState): Promise<void> {
  await writePrivateFile(join(state.dataDir, stateFile), `${JSON.stringify(reveal(state), null, 2)}\n`);
}

/** The one place where the secrets leave their type: the file is for the owner's eyes only. */
function reveal(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

export async function removeSandboxState(dataDir: string): Promise<void> {
  await rm(join(dataDir, stateFile), { force: true });
}

/** The processes of the sandbox that last ran here, whether it still runs or not. */
export async function lastProcesses(dataDir: string): Promise<readonly ProcessRecord[]> {
  const text = await readFileIfAny(join(dataDir, stateFile));
  if (text === undefined) return [];
  return stateSchema.pick({ processes: true }).safeParse(JSON.parse(text)).data?.processes ?? [];
}
