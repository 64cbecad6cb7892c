import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireJava, requireMaven } from './java-tools.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-java-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function aJavaThatSays(version: string): Promise<Record<string, string>> {
  await writeFile(join(folder, 'java'), `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`, { mode: 0o755 });
  return { PATH: folder };
}

test('a machine without Java is told what to install', async () => {
  await expect(requireJava({ PATH: '/nowhere' })).rejects.toMatchObject({
    code: 'KAFKA_NO_JAVA',
    remedy: expect.stringContaining('KAFKA_BROKERS') as string,
  });
});

test('a Java that is too old is named with its version', async () => {
  await expect(requireJava(await aJavaThatSays('11.0.2'))).rejects.toThrow('version 11, not 17');
});

test('a newer Java will do', async () => {
  await expect(requireJava(await aJavaThatSays('21.0.1'))).resolves.toBeUndefined();
});

test('a machine without Maven is told what to install', async () => {
  await expect(requireMaven({ PATH: '/nowhere' })).rejects.toMatchObject({ code: 'KAFKA_NO_MAVEN' });
});
