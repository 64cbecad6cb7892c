import { list, port, readConfig, secret, text, type ConfigOf } from '@banyan/platform';

/** What we read of Unleash's own environment (https://docs.getunleash.io/using-unleash/deploy/configuring-unleash); the rest it reads itself. */
const unleashSpec = {
  host: text('HTTP_HOST', { about: 'address Unleash listens on', fallback: '127.0.0.1' }),
  port: port('HTTP_PORT', { about: 'port Unleash listens on', fallback: 4242 }),
  adminToken: secret('INIT_ADMIN_API_TOKENS', { about: 'the admin API token, made at the first start' }),
  flags: list('SANDBOX_FLAGS', {
    about: 'flags to make, switched off',
    fallback: ['trips.cutover', 'vehicles.cutover'],
  }),
};

export type UnleashConfig = ConfigOf<typeof unleashSpec>;

export function readUnleashConfig(env: NodeJS.ProcessEnv = process.env): UnleashConfig {
  return readConfig(unleashSpec, env);
}
