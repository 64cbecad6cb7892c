import { parseRoute } from '../geo.ts';
import { toLocal } from '../local-time.ts';
import { between } from './places.ts';
import type { SeedPlan } from './plan.ts';
import { createRandom } from './random.ts';
import type { SeedTrip } from './trips.ts';
import { numbers } from './users.ts';

const pointsPerTrip = 20;
const secondsBetweenPoints = 15;

/** The last five minutes of every started trip, on its first leg. */
export function makeTracks(trips: readonly SeedTrip[], { now }: SeedPlan) {
  const random = createRandom(7);
  const points = trips
    .filter(({ stat_cd }) => stat_cd === 20)
    .flatMap(({ trip_no, usr_no, rte_txt }) => {
      const [from, to] = parseRoute(rte_txt);
      if (!from || !to) return [];
      return numbers(pointsPerTrip).map((step) => ({
        trip_no,
        usr_no,
        ...between(from, to, step / (pointsPerTrip + 5)),
        spd_mph: random.chance(0.95) ? random.decimal(5, 45, 1) : null,
        rec_dt: toLocal(new Date(now.getTime() - (pointsPerTrip - step) * secondsBetweenPoints * 1_000)),
      }));
    });
  return points.map((point, index) => ({ trk_no: index + 1, ...point }));
}
