import { distanceMetres, routeMetres, type Place } from './geo.ts';

/** A shorter order of the places between the first and the last, which stay: nearest neighbour, then 2-opt; never a longer one. */
export function orderRoute(route: readonly Place[]): readonly Place[] {
  if (route.length <= 3) return route;
  const ordered = uncross(nearestFirst(route));
  return routeMetres(ordered) < routeMetres(route) ? ordered : route;
}

function nearestFirst(route: readonly Place[]): readonly Place[] {
  const left = route.slice(1, -1);
  const ordered = route.slice(0, 1);
  while (left.length > 0) {
    const here = ordered.at(-1);
    const distances = left.map((place) => (here ? distanceMetres(here, place) : 0));
    const nearest = distances.indexOf(Math.min(...distances));
    ordered.push(...left.splice(nearest, 1));
  }
  return [...ordered, ...route.slice(-1)];
}

/** Turns a stretch around wherever that shortens the way, until nothing does. */
function uncross(route: readonly Place[]): readonly Place[] {
  const turned = firstImprovement(route);
  return turned ? uncross(turned) : route;
}

function firstImprovement(route: readonly Place[]): readonly Place[] | undefined {
  for (let from = 1; from < route.length - 2; from += 1) {
    for (let to = from + 1; to < route.length - 1; to += 1) {
      if (savedMetres(route, from, to) > 1e-6) return reversed(route, from, to);
    }
  }
  return undefined;
}

/** What reversing the stretch `from..to` saves: only the legs at its two ends change. */
function savedMetres(route: readonly Place[], from: number, to: number): number {
  const leg = (a: number, b: number): number => {
    const [start, end] = [route[a], route[b]];
    return start && end ? distanceMetres(start, end) : 0;
  };
  return leg(from - 1, from) + leg(to, to + 1) - leg(from - 1, to) - leg(from, to + 1);
}

function reversed(route: readonly Place[], from: number, to: number): readonly Place[] {
  return [...route.slice(0, from), ...route.slice(from, to + 1).reverse(), ...route.slice(to + 1)];
}
