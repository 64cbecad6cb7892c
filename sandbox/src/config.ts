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
