import { usualDataDir } from '../folders.ts';
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

/** The story in shell lines to paste: one user's trips move to the extracted side and back, and nothing gets lost on the way. */
export function formatStory({ facade, dataDir }: SandboxState): string {
  const login = `curl -s ${facade.url}/users/login -H 'content-type: application/json' -d '{"email":"user42@fleet.example","password":"banyan-42"}'`;
  const auth = '-H "authorization: Bearer $TOKEN"';
  const trip = '{"pickup":{"lat":37.5665,"lon":126.978},"dropoff":{"lat":37.4979,"lon":127.0276}}';
  const book = `curl -i ${facade.url}/trips ${auth} -H 'content-type: application/json' -d '${trip}'; echo`;
  const list = `curl -i '${facade.url}/trips?limit=2' ${auth}; echo`;
  return [
    // The command looks for the sandbox in .banyan unless it is told otherwise.
    ...(dataDir === usualDataDir ? [] : [`export BANYAN_DATA_DIR=${quote(dataDir)}`]),
    '# 1. User 42 logs in and books a trip. The monolith serves it (x-banyan-side: legacy).',
    `TOKEN=$(${login} | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
    book,
    '# 2. Move user 42, and nobody else, to the trip service: the same trips are there (x-banyan-side: extracted).',
    'npx banyan flags set trips.cutover --user 42',
    list,
    '# 3. The batch job of the monolith cancels by SQL, past every API; the trip service knows.',
    'npx banyan monolith sweep --older-than-minutes 0',
    list,
    '# 4. Book another trip: the trip service makes it (an id from 1,000,000,000 on).',
    book,
    '# 5. And back: the monolith has both trips; what was carried, each change once, and no echoes.',
    'npx banyan flags set trips.cutover --off',
    list,
    'npx banyan sync status',
  ].join('\n');
}

function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
