import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { builtProgram } from '@banyan/platform/testing';
import { startGuarded } from '@banyan/sandbox';
import { z } from 'zod';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const start = { timeout: 60_000, interval: 50 };

/** What the facade logged about one request. */
const servedSchema = z.looseObject({
  event: z.literal('request.served'),
  method: z.string(),
  rule: z.string(),
  side: z.string(),
  status: z.number(),
  outcome: z.string(),
});
export type ServedLine = z.infer<typeof servedSchema>;
const listeningSchema = z.looseObject({ event: z.literal('facade.listening'), url: z.string(), adminUrl: z.string() });

export interface FacadeProcess {
  readonly url: string;
  readonly adminUrl: string;
  readonly adminToken: string;
  readonly served: () => readonly ServedLine[];
  /** Everything else it had to say at warn or above. */
  readonly complaints: () => readonly string[];
  readonly stop: () => Promise<unknown>;
}

export interface FacadeProcessOptions {
  readonly folder: string;
  readonly rules: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The facade in a process of its own, with its own sockets. */
export async function startFacadeProcess({ folder, rules, env = {} }: FacadeProcessOptions): Promise<FacadeProcess> {
  const rulesPath = join(folder, 'rules.yaml');
  await writeFile(rulesPath, rules);
  const lines: string[] = [];
  const adminToken = 'the-admin-token';
  const child = startGuarded({
    program: process.execPath,
    args: [await builtProgram(join(checkout, 'facade/src/main.ts'))],
    cwd: checkout,
    env: {
      PATH: '/usr/bin:/bin',
      FACADE_PORT: '0',
      FACADE_ADMIN_PORT: '0',
      FACADE_ADMIN_TOKEN: adminToken,
      FACADE_RULES: rulesPath,
      FACADE_OVERRIDE_FILE: join(folder, 'overrides.yaml'),
      FACADE_FLAG_BACKUP_DIR: folder,
      ...env,
    },
    onLine: (line) => lines.push(line),
  });
  const parsed = (): readonly unknown[] =>
    lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as unknown);
  const listening = await vi.waitUntil(
    () => child.hasExited || parsed().find((line) => listeningSchema.safeParse(line).success),
    start,
  );
  expect(listening, lines.join('\n')).not.toBe(true);
  const { url, adminUrl } = listeningSchema.parse(listening);
  return {
    url,
    adminUrl,
    adminToken,
    served: () => parsed().flatMap((line) => servedSchema.safeParse(line).data ?? []),
    complaints: () => lines.filter((line) => /"level":"(warn|error)"/.test(line)),
    stop: () => child.stop(),
  };
}
