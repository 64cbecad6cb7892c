/** The environment of the programs under measurement: nothing of the caller's but where programs are. */
export function bareEnvironment(env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> {
  return { PATH: `${env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/usr/local/sbin`, NODE_ENV: 'production', LC_ALL: 'C' };
}
