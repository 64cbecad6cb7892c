import { distanceMetres, routeMetres } from './geo.ts';
import type { Place } from './trip.ts';

export interface Route {
  readonly waypoints: readonly Place[];
  /** Whole metres, great circles. */
  readonly distanceMetres: number;
}

/**
 * A shorter order of the waypoints: the first and the last stay, the others move. Nearest neighbour, then 2-opt, so good but
 * not always the best; the same waypoints always give the same route, and never a longer one than they came in.
 */
export function optimiseRoute(waypoints: readonly Place[]): Route {
  const optimised = uncrossed(nearestFirst(waypoints));
  const best = routeMetres(optimised) < routeMetres(waypoints) ? optimised : waypoints;
  return { waypoints: best, distanceMetres: Math.round(routeMetres(best)) };
}

function nearestFirst(waypoints: readonly Place[]): readonly Place[] {
  const left = waypoints.slice(1, -1);
  const ordered = waypoints.slice(0, 1);
  for (let here = ordered[0]; here && left.length > 0; here = ordered.at(-1))
    ordered.push(...left.splice(indexOfNearest(here, left), 1));
  return [...ordered, ...waypoints.slice(Math.max(1, waypoints.length - 1))];
}

function indexOfNearest(here: Place, places: readonly Place[]): number {
  const distances = places.map((place) => distanceMetres(here, place));
  return distances.indexOf(Math.min(...distances));
}

/** Turns a stretch around wherever that shortens the route, until nothing does (2-opt). */
function uncrossed(waypoints: readonly Place[]): readonly Place[] {
  let route = waypoints;
  for (let turn = firstGain(route); turn; turn = firstGain(route)) route = turned(route, turn);
  return route;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Below this a turn only moves rounding errors, and could go on for ever. */
const smallestGainMetres = 1e-6;

function firstGain(route: readonly Place[]): Stretch | undefined {
  for (let from = 1; from < route.length - 2; from += 1)
    for (let to = from + 1; to < route.length - 1; to += 1)
      if (gainMetres(route, { from, to }) > smallestGainMetres) return { from, to };
  return undefined;
}

/** Only the legs at the two ends of the stretch change. */
function gainMetres(route: readonly Place[], { from, to }: Stretch): number {
  const [before, first, last, after] = [route[from - 1], route[from], route[to], route[to + 1]];
  if (!before || !first || !last || !after) return 0;
  const now = distanceMetres(before, first) + distanceMetres(last, after);
  return now - distanceMetres(before, last) - distanceMetres(first, after);
}

function turned(route: readonly Place[], { from, to }: Stretch): readonly Place[] {
  return [...route.slice(0, from), ...route.slice(from, to + 1).reverse(), ...route.slice(to + 1)];
}
