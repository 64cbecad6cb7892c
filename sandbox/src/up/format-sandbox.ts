import type { SandboxState } from '../state/sandbox-state.ts';

/** The table of addresses, one line each. Tokens are named by where they lie, not printed; the console's password is for a person and is. */
export function formatAddresses(state: SandboxState): string {
  const rows: readonly (readonly [string, string, string])[] = [
    ['facade', state.facade.url, 'the one public door'],
    ['facade admin', state.facade.adminUrl, `token in ${state.dataDir}/sandbox.json`],
    ['monolith', state.monolith.url, 'legacy'],
    ['trip-service', state.tripService.url, 'extracted'],
    ['vehicle-service', state.vehicleService.url, 'extracted'],
    ['sync', state.sync.url, state.kafkaBrokers === null ? 'embedded bus' : `Kafka at ${state.kafkaBrokers}`],
    ['Unleash', state.unleash.url, `user admin, password ${state.unleash.adminPassword.reveal()}`],
    ['Postgres', `127.0.0.1:${state.postgres.port}`, 'databases legacy, trips, vehicles, unleash'],
    ['logs', state.logFolder, 'one file per process'],
  ];
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  return rows
    .map(([name, address, about]) => `  ${name.padEnd(width(0))}  ${address.padEnd(width(1))}  ${about}`)
    .join('\n');
}

/** The story in shell lines to paste: one user's trips move to the extracted side and back. */
export function formatStory({ facade }: SandboxState): string {
  const login = `curl -s ${facade.url}/users/login -H 'content-type: application/json' -d '{"email":"user42@fleet.example","password":"banyan-42"}'`;
  const trip = '{"pickup":{"lat":37.5665,"lon":126.978},"dropoff":{"lat":37.4979,"lon":127.0276}}';
  const auth = '-H "authorization: Bearer $TOKEN"';
  return [
    '# 1. User 42 logs in and books a trip: the monolith serves it (x-banyan-side: legacy).',
    `TOKEN=$(${login} | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
    `curl -i ${facade.url}/trips ${auth} -H 'content-type: application/json' -d '${trip}'`,
    '# 2. Move user 42, and only user 42, to the trip service; the same trips are there (x-banyan-side: extracted).',
    'npx banyan flags set trips.cutover --user 42',
    `curl -i '${facade.url}/trips?limit=2' ${auth}`,
    '# 3. The batch job of the monolith cancels by SQL; the trip service sees it.',
    'npx banyan monolith sweep --older-than-minutes 0',
    `curl -s '${facade.url}/trips?limit=1' ${auth}; echo`,
    '# 4. What was carried across, and what was not.',
    'npx banyan sync status',
    '# 5. And back: the monolith again, with everything that happened meanwhile.',
    'npx banyan flags set trips.cutover --off',
    `curl -i '${facade.url}/trips?limit=2' ${auth}`,
  ].join('\n');
}
