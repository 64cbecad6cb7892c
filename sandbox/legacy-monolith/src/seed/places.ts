import type { Place } from '../geo.ts';
import { orderRoute } from '../route-order.ts';
import type { Random } from './random.ts';

/** Seoul and its surroundings. */
export function randomPlace(random: Random): Place {
  return { lat: random.decimal(37.4, 37.7, 6), lon: random.decimal(126.8, 127.2, 6) };
}

/** Two to six points; most trips go straight from the pickup to the dropoff. */
export function randomRoute(random: Random): readonly [Place, ...Place[]] {
  const stopCount = random.chance(0.7) ? 0 : random.integer(1, 4);
  const pickup = randomPlace(random);
  const others = Array.from({ length: stopCount + 1 }, () => randomPlace(random));
  return [pickup, ...orderRoute([pickup, ...others]).slice(1)];
}

/** The place at `share` (0..1) of the straight line. */
export function between(from: Place, to: Place, share: number): Place {
  const at = (a: number, b: number): number => Number((a + (b - a) * share).toFixed(6));
  return { lat: at(from.lat, to.lat), lon: at(from.lon, to.lon) };
}
