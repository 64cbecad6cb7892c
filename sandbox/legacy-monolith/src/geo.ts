export interface Place {
  readonly lat: number;
  readonly lon: number;
}

/** Mean radius of the Earth (IUGG). */
const earthRadiusMetres = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance (haversine), not rounded. */
export function distanceMetres(from: Place, to: Place): number {
  const half = (a: number, b: number): number => Math.sin(radians(b - a) / 2) ** 2;
  const chord =
    half(from.lat, to.lat) + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * half(from.lon, to.lon);
  return 2 * earthRadiusMetres * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Sum over the legs of a route, not rounded. */
export function routeMetres(route: readonly Place[]): number {
  return route.reduce((sum, place, index) => {
    const before = route[index - 1];
    return before ? sum + distanceMetres(before, place) : 0;
  }, 0);
}

/** `37.566500,126.978000`, as in st_pt and ed_pt. */
export function placeText({ lat, lon }: Place): string {
  return `${lat.toFixed(6)},${lon.toFixed(6)}`;
}

export function parsePlace(text: string): Place {
  const [lat, lon] = text.split(',').map(Number);
  return { lat: lat ?? NaN, lon: lon ?? NaN };
}

/** `lat,lon;lat,lon`, as in rte_txt. */
export function routeText(route: readonly Place[]): string {
  return route.map(placeText).join(';');
}

export function parseRoute(text: string): readonly Place[] {
  return text === '' ? [] : text.split(';').map(parsePlace);
}
