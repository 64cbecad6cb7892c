import type { Place } from './trip.ts';

/** Mean radius of the Earth (IUGG). */
const earthRadiusMetres = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance (haversine), not rounded. */
export function distanceMetres(from: Place, to: Place): number {
  const halfChord = (a: number, b: number): number => Math.sin(radians(b - a) / 2) ** 2;
  const square =
    halfChord(from.lat, to.lat) + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * halfChord(from.lon, to.lon);
  // Rounding can lift the square of antipodes above 1.
  return 2 * earthRadiusMetres * Math.asin(Math.min(1, Math.sqrt(square)));
}

/** Sum of the legs of a route, not rounded. */
export function routeMetres(route: readonly Place[]): number {
  return route.slice(1).reduce((sum, place, index) => sum + distanceMetres(route[index] ?? place, place), 0);
}
