import type { Secret } from '@banyan/platform';

export interface UnleashOptions {
  readonly port: number;
  readonly databaseUrl: Secret;
  /** `*:*.<random>`: reads and writes every project. */
  readonly adminToken: Secret;
  /** `*:development.<random>`: evaluates flags of one environment. */
  readonly clientToken: Secret;
  /** Of the user `admin` of the web console. */
  readonly adminPassword: Secret;
  /** Signs the console's sessions. */
  readonly sessionSecret: Secret;
}

/** The environment of an Unleash that stays on this machine: its own documented keys, no call home. */
export function unleashEnvironment(options: UnleashOptions): Record<string, string> {
  const { port, databaseUrl, adminToken, clientToken, adminPassword, sessionSecret } = options;
  return {
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(port),
    UNLEASH_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: databaseUrl.reveal(),
    DATABASE_SSL: 'false',
    DATABASE_POOL_MAX: '4',
    INIT_ADMIN_API_TOKENS: adminToken.reveal(),
    INIT_CLIENT_API_TOKENS: clientToken.reveal(),
    UNLEASH_DEFAULT_ADMIN_USERNAME: 'admin',
    UNLEASH_DEFAULT_ADMIN_PASSWORD: adminPassword.reveal(),
    UNLEASH_SECRET: sessionSecret.reveal(),
    CHECK_VERSION: 'false',
    // The option `telemetry: false` is read as "not given", only the variable switches it off.
    SEND_TELEMETRY: 'false',
    NODE_ENV: 'production',
    TZ: 'UTC',
  };
}
