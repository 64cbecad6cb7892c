import { list, optional, readConfig } from '@banyan/platform';

/** What a child needs of the caller's environment; the rest (NODE_OPTIONS, credentials of other tools) stays outside. */
const inheritedKeys = new Set(['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot', 'JAVA_HOME', 'SSL_CERT_FILE']);
const tunedPrefix = /^(LEGACY|TRIP|VEHICLE|SYNC|FACADE)_/;

/** The environment every child process starts from; keys of our processes pass, so that a log level can be raised from the shell. */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    if (value !== undefined && (inheritedKeys.has(key) || tunedPrefix.test(key))) kept[key] = value;
  }
  return kept;
}

/** All of the caller's environment, for build tools (Maven) that find their proxies and caches there. */
export function toolEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A broker that the caller brings; when set, none is started. */
const kafkaSpec = {
  brokers: optional(
    list('KAFKA_BROKERS', { about: 'brokers of your own Kafka; without it one is started', example: '127.0.0.1:9092' }),
  ),
};

/** `host:port,host:port`, undefined when the caller brings none. */
export function ownBrokers(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return readConfig(kafkaSpec, env).brokers?.join(',');
}

/** Every CI system sets CI=true. */
export function isContinuousIntegration(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['CI'] === 'true' || env['CI'] === '1';
}
