// How long finding a route takes in a table of so many routes, as the build has it: JSON with nanoseconds per look-up, one figure per round.
import { compileRules, matchRoute, parseRules } from '@banyan/routing-rules';

const [countText, roundText] = process.argv.slice(2);
const routeCount = Number(countText);
const lookUpCount = 200_000;

const routes = Array.from({ length: routeCount }, (_, index) => ({
  id: `route-${index}`,
  methods: ['GET'],
  path: `/api/resource-${index}/{id}/parts/{partId}`,
  upstream: 'legacy',
}));
const upstreams = { legacy: { side: 'legacy', url: 'http://127.0.0.1:3000' } };
const reading = parseRules(JSON.stringify({ version: 1, upstreams, defaults: { upstream: 'legacy' }, routes }));
if (reading.kind !== 'parsed') throw new TypeError(JSON.stringify(reading.problems.slice(0, 3)));
const table = compileRules(reading.document);

// A thousand different requests, spread over the table, so that no cache of one route decides the figure.
const requests = Array.from({ length: 1_000 }, (_, index) => {
  const path = `/api/resource-${Math.floor((index * routeCount) / 1_000)}/${index}/parts/${index * 7}`;
  return { method: 'GET', path, host: 'api.fleet.example', headers: {} };
});

function round() {
  let foundCount = 0;
  // Processor time: who else wants the core is not part of the cost.
  const before = process.cpuUsage();
  for (let index = 0; index < lookUpCount; index += 1)
    if (matchRoute(table, requests[index % requests.length]).kind === 'matched') foundCount += 1;
  const { user, system } = process.cpuUsage(before);
  const nanoseconds = ((user + system) * 1_000) / lookUpCount;
  if (foundCount !== lookUpCount) throw new TypeError(`only ${foundCount} of ${lookUpCount} were found`);
  return nanoseconds;
}

round();
process.stdout.write(JSON.stringify(Array.from({ length: Number(roundText) }, round)));
