import { fileURLToPath } from 'node:url';
import { shippedFiles } from '@banyan/routing-rules';
import {
  ConfigError,
  integer,
  list,
  logLevels,
  oneOf,
  optional,
  port,
  readConfig,
  secret,
  text,
  url,
  type ConfigOf,
} from '@banyan/platform';
import { decidingFields } from './config/deciding-fields.ts';
import { cacheFields } from './config/cache-fields.ts';
import { doorFields } from './config/door-fields.ts';
import { limitFields } from './config/limit-fields.ts';
import { longLivedFields } from './config/long-lived-fields.ts';
import { mirrorFields } from './config/mirror-fields.ts';
import { orderFields } from './config/order-fields.ts';
import { upstreamFields } from './config/upstream-fields.ts';

const http = { protocols: ['http:', 'https:'] };

export const facadeSpec = {
  host: text('FACADE_HOST', { about: 'address the public port listens on', fallback: '127.0.0.1' }),
  port: port('FACADE_PORT', { about: 'public port', fallback: 8080 }),
  adminHost: text('FACADE_ADMIN_HOST', { about: 'address the admin port listens on', fallback: '127.0.0.1' }),
  adminPort: port('FACADE_ADMIN_PORT', { about: 'admin port', fallback: 9090 }),
  adminToken: secret('FACADE_ADMIN_TOKEN', { about: 'bearer token of the admin port' }),
  logLevel: oneOf('FACADE_LOG_LEVEL', logLevels, { about: 'lowest level that is logged', fallback: 'info' }),

  rulesPath: text('FACADE_RULES', {
    about: 'file of routing rules',
    fallback: fileURLToPath(shippedFiles.rules),
  }),
  ...upstreamFields,
  overridePath: optional(
    text('FACADE_OVERRIDE_FILE', {
      about: 'file of local orders, YAML or JSON; made by the first order',
      example: '/var/lib/banyan/overrides.yaml',
    }),
  ),
  ...orderFields,

  unleashUrl: optional(
    url('FACADE_UNLEASH_URL', {
      about: 'API of the Unleash server; without it no flag is known',
      example: 'http://127.0.0.1:4242/api',
      ...http,
    }),
  ),
  unleashToken: optional(secret('FACADE_UNLEASH_TOKEN', { about: 'client token of the Unleash server' })),
  flagRefreshMs: integer('FACADE_FLAG_REFRESH_MS', {
    about: 'time between two polls for flags',
    fallback: 1_000,
    min: 10,
  }),
  flagBackupFolder: text('FACADE_FLAG_BACKUP_DIR', {
    about: 'folder for the flags of the last good poll',
    fallback: '.banyan/facade',
  }),
  flagStart: oneOf('FACADE_FLAG_START', ['legacy', 'cached', 'wait'] as const, {
    about: 'what a start without Unleash decides by; wait: nothing, it is not ready',
    fallback: 'legacy',
  }),
  flagStale: oneOf('FACADE_FLAG_STALE', ['hold', 'legacy'] as const, {
    about: 'what decides while Unleash is silent for too long: the last flags, or legacy',
    fallback: 'hold',
  }),
  flagStartWaitMs: integer('FACADE_FLAG_START_WAIT_MS', {
    about: 'how long a start waits for the first flags',
    fallback: 3_000,
  }),
  flagMaxStaleSeconds: integer('FACADE_FLAG_MAX_STALE_SECONDS', {
    about: 'oldest flags that decide: of a backup at a start, and while running where FACADE_FLAG_STALE says legacy',
    fallback: 3_600,
  }),

  jwksUrl: optional(
    url('FACADE_JWKS_URL', {
      about: 'keys of the token issuer; without it no token is verified',
      example: 'http://127.0.0.1:3000/.well-known/jwks.json',
      ...http,
    }),
  ),
  tokenIssuer: text('FACADE_TOKEN_ISSUER', { about: 'issuer that tokens must name', fallback: 'fleet-legacy' }),
  tokenCacheCount: integer('FACADE_TOKEN_CACHE_COUNT', {
    about: 'verified tokens that are remembered',
    fallback: 10_000,
    min: 1,
  }),
  cookieSecret: optional(
    secret('FACADE_COOKIE_SECRET', {
      about: 'key that signs the id cookie of anonymous callers; the same for all replicas',
    }),
  ),
  cookieMaxAgeSeconds: integer('FACADE_COOKIE_MAX_AGE_SECONDS', {
    about: 'life of the id cookie',
    fallback: 31_536_000,
    min: 60,
  }),
  trustedProxies: list('FACADE_TRUSTED_PROXIES', {
    about: 'addresses or CIDR ranges whose X-Forwarded-* and user headers are believed',
    example: '10.0.0.0/8',
    fallback: [],
  }),

  headerBytesLimit: integer('FACADE_HEADER_BYTES', {
    about: 'largest head of a request or an answer',
    fallback: 16_384,
    min: 1_024,
  }),
  targetLengthLimit: integer('FACADE_URL_LENGTH', {
    about: 'longest request target, in characters',
    fallback: 8_192,
    min: 16,
  }),
  connectionsLimit: integer('FACADE_CONNECTIONS', { about: 'client connections at a time', fallback: 20_000, min: 1 }),
  headTimeoutMs: integer('FACADE_HEAD_TIMEOUT_MS', {
    about: 'time for the head of a request to arrive',
    fallback: 15_000,
    min: 100,
  }),
  ...limitFields,
  ...cacheFields,
  ...mirrorFields,
  ...longLivedFields,
  ...doorFields,
  drainWaitMs: integer('FACADE_DRAIN_WAIT_MS', {
    about: 'time between not being ready and not accepting any more',
    fallback: 0,
    max: 9_000,
  }),
  ...decidingFields,
  drainMs: integer('FACADE_DRAIN_MS', {
    about: 'time for running requests to finish at the end',
    fallback: 8_000,
    max: 9_000,
  }),
};

export type FacadeConfig = ConfigOf<typeof facadeSpec>;

/** @throws {ConfigError} listing every bad key */
export function readFacadeConfig(env: NodeJS.ProcessEnv = process.env): FacadeConfig {
  const config = readConfig(facadeSpec, env);
  // Without a token no flag ever comes: such a facade would send everybody to legacy, or would never be ready.
  if (config.unleashUrl !== undefined && config.unleashToken === undefined)
    throw new ConfigError(['FACADE_UNLEASH_TOKEN: missing, while FACADE_UNLEASH_URL is set; give a client token']);
  return config;
}
