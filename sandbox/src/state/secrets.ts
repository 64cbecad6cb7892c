import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BanyanError, Secret } from '@banyan/platform';
import { z } from 'zod';
import { readFileIfAny, writePrivateFile } from './private-file.ts';

const text = z.string().min(16);
const secretsSchema = z.object({
  facadeAdminToken: text,
  cookieSecret: text,
  unleashAdminToken: text,
  unleashClientToken: text,
  unleashAdminPassword: text,
  unleashSessionSecret: text,
  databasePasswords: z.object({ legacy: text, trips: text, vehicles: text, unleash: text, sync: text }),
});
type SecretTexts = z.infer<typeof secretsSchema>;

export interface SandboxSecrets {
  readonly facadeAdminToken: Secret;
  readonly cookieSecret: Secret;
  readonly unleashAdminToken: Secret;
  readonly unleashClientToken: Secret;
  readonly unleashAdminPassword: Secret;
  readonly unleashSessionSecret: Secret;
  readonly databasePasswords: Readonly<Record<keyof SecretTexts['databasePasswords'], Secret>>;
}

/** The secrets of the sandbox in `folder`: made at random once, kept in `secrets.json` for its owner alone. */
export async function openSecrets(folder: string): Promise<SandboxSecrets> {
  const file = join(folder, 'secrets.json');
  const found = await readFileIfAny(file);
  if (found !== undefined) return sealed(parse(found, file));
  const made = makeSecrets();
  await writePrivateFile(file, `${JSON.stringify(made, null, 2)}\n`);
  return sealed(made);
}

function parse(found: string, file: string): SecretTexts {
  try {
    return secretsSchema.parse(JSON.parse(found));
  } catch (cause) {
    throw new BanyanError('SANDBOX_SECRETS_DAMAGED', `"${file}" is not what a sandbox wrote.`, {
      remedy: 'Start once with --fresh; the data of the sandbox is lost.',
      concerning: file,
      cause,
    });
  }
}

function makeSecrets(): SecretTexts {
  const random = (): string => randomBytes(24).toString('hex');
  return {
    facadeAdminToken: random(),
    cookieSecret: random(),
    // The form Unleash gives its tokens: project, environment, secret.
    unleashAdminToken: `*:*.${random()}`,
    unleashClientToken: `*:development.${random()}`,
    unleashAdminPassword: random(),
    unleashSessionSecret: random(),
    databasePasswords: { legacy: random(), trips: random(), vehicles: random(), unleash: random(), sync: random() },
  };
}

function sealed({ databasePasswords, ...tokens }: SecretTexts): SandboxSecrets {
  return { ...seal(tokens), databasePasswords: seal(databasePasswords) };
}

function seal<Name extends string>(texts: Readonly<Record<Name, string>>): Record<Name, Secret> {
  const entries = Object.entries<string>(texts).map(([name, value]) => [name, new Secret(value)]);
  return Object.fromEntries(entries) as Record<Name, Secret>;
}
