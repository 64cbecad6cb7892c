import { createUnleashAdmin, type UnleashAdmin } from '@banyan/control';
import { BanyanError, type Secret } from '@banyan/platform';
import { readSandboxState, type SandboxState } from '@banyan/sandbox';
import { createJsonClient, type JsonClient } from './clients/http-json.ts';
import type { CliConfig } from './config.ts';
import type { Output } from './output.ts';

/** What the commands share: where to write, and the servers they speak to. An address in the environment wins over the sandbox. */
export interface Cli {
  readonly config: CliConfig;
  readonly output: Output;
  unleash(): Promise<UnleashAdmin>;
  /** Undefined when no facade is known here. */
  facade(): Promise<JsonClient | undefined>;
  sync(): Promise<JsonClient>;
  sandbox(): Promise<SandboxState | undefined>;
}

export function createCli(config: CliConfig, output: Output): Cli {
  const sandbox = (): Promise<SandboxState | undefined> => readSandboxState(config.dataDir);
  return {
    config,
    output,
    sandbox,
    async unleash() {
      const state = await sandbox();
      const url = config.unleashUrl ?? state?.unleash.url;
      const token: Secret | undefined = config.unleashToken ?? state?.unleash.adminToken;
      if (url === undefined || token === undefined)
        throw unknownAddress('Unleash', ['BANYAN_UNLEASH_URL', 'BANYAN_UNLEASH_TOKEN'], config.dataDir);
      return createUnleashAdmin({ url, token, project: config.unleashProject, environment: config.unleashEnvironment });
    },
    async facade() {
      const state = await sandbox();
      const url = config.facadeAdminUrl ?? state?.facade.adminUrl;
      if (url === undefined) return undefined;
      return createJsonClient({ name: 'facade', url, token: config.facadeAdminToken ?? state?.facade.adminToken });
    },
    async sync() {
      const url = config.syncUrl ?? (await sandbox())?.sync.url;
      if (url === undefined) throw unknownAddress('the sync process', ['BANYAN_SYNC_URL'], config.dataDir);
      return createJsonClient({ name: 'sync process', url });
    },
  };
}

function unknownAddress(what: string, keys: readonly string[], dataDir: string): BanyanError {
  return new BanyanError('CLI_ADDRESS_UNKNOWN', `The address of ${what} is not known: no sandbox runs in ${dataDir}.`, {
    remedy: `Start one with \`banyan up\`, or set ${keys.join(' and ')}.`,
    concerning: what,
  });
}
