import { optional, readConfig, secret, text, url, type ConfigOf } from '@banyan/platform';

/** What the command needs beside its options. What is unset is taken from the sandbox that runs in `BANYAN_DATA_DIR`. */
export const cliConfigSpec = {
  dataDir: text('BANYAN_DATA_DIR', { about: 'folder of the sandbox', fallback: '.banyan' }),
  facadeAdminUrl: optional(
    url('BANYAN_FACADE_ADMIN_URL', { about: 'admin address of a facade', example: 'http://127.0.0.1:9090' }),
  ),
  facadeAdminToken: optional(secret('BANYAN_FACADE_ADMIN_TOKEN', { about: 'its FACADE_ADMIN_TOKEN' })),
  unleashUrl: optional(
    url('BANYAN_UNLEASH_URL', { about: 'Unleash server, without /api', example: 'http://127.0.0.1:4242' }),
  ),
  unleashToken: optional(secret('BANYAN_UNLEASH_TOKEN', { about: 'an admin API token of Unleash' })),
  unleashProject: text('BANYAN_UNLEASH_PROJECT', { about: 'project of the flags', fallback: 'default' }),
  unleashEnvironment: text('BANYAN_UNLEASH_ENVIRONMENT', {
    about: 'environment of the flags',
    fallback: 'development',
  }),
  syncUrl: optional(url('BANYAN_SYNC_URL', { about: 'address of the sync process', example: 'http://127.0.0.1:3003' })),
};
export type CliConfig = ConfigOf<typeof cliConfigSpec>;

export function readCliConfig(): CliConfig {
  return readConfig(cliConfigSpec, process.env);
}

/** The environment for a process that the command starts. */
export function inheritedEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}
