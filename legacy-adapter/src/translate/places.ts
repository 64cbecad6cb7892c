import { impossible, spelled, type Lens, type Spelling } from './lens.ts';

export interface Place {
  readonly lat: number;
  readonly lon: number;
}

const outside = impossible('is outside -90..90, -180..180');
const malformed = impossible("is not 'lat,lon'");

/** `37.566500,126.978000` in a `varchar(40)`. Digits after the sixth (11 cm) are legacy's own: the lens keeps them there. */
export const placeText: Lens<string, Place> = {
  toNew: parsePlace,
  toLegacy: (place) => (isOnEarth(place) ? spelled(formatPlace(place)) : outside),
};

/** `lat,lon;lat,lon;...`; an empty text is a route without points. */
export const routeText: Lens<string, readonly Place[]> = {
  toNew(legacy) {
    if (legacy.trim() === '') return spelled([]);
    const places: Place[] = [];
    for (const text of legacy.split(';')) {
      const place = parsePlace(text);
      if (place.kind === 'impossible') return impossible(`has a point that ${place.reason}`);
      places.push(place.value);
    }
    return spelled(places);
  },
  toLegacy: (places) =>
    places.every(isOnEarth)
      ? spelled(places.map(formatPlace).join(';'))
      : impossible(`has a point that ${outside.reason}`),
};

/** `lat numeric(9,6)` and `lon numeric(9,6)`. */
export const placeColumns: Lens<{ readonly lat: string; readonly lon: string }, Place> = {
  toNew: ({ lat, lon }) => placeOf(Number(lat), Number(lon)),
  toLegacy: (place) => (isOnEarth(place) ? spelled({ lat: place.lat.toFixed(6), lon: place.lon.toFixed(6) }) : outside),
};

function parsePlace(text: string): Spelling<Place> {
  const match = /^\s*([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  return match ? placeOf(Number(match[1]), Number(match[2])) : malformed;
}

function placeOf(lat: number, lon: number): Spelling<Place> {
  const place = { lat: toMicrodegrees(lat), lon: toMicrodegrees(lon) };
  return isOnEarth(place) ? spelled(place) : outside;
}

// Adding 0 turns -0 into 0, which is what Postgres and JSON have.
function toMicrodegrees(degrees: number): number {
  return Number(degrees.toFixed(6)) + 0;
}

function formatPlace({ lat, lon }: Place): string {
  return `${lat.toFixed(6)},${lon.toFixed(6)}`;
}

/** False for NaN, too. */
function isOnEarth({ lat, lon }: Place): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
}
