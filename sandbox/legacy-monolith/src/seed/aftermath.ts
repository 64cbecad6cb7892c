import { createRandom } from './random.ts';
import type { SeedTrip } from './trips.ts';

const comments = ['Smooth ride', 'A little late', 'Clean and quiet', 'Took a detour', 'Perfect'] as const;

/** Every twentieth completed trip was charged, every fortieth also rated and announced. */
export function makeAftermath(trips: readonly SeedTrip[]) {
  const random = createRandom(8);
  const charged = trips.filter(({ stat_cd, trip_no }) => stat_cd === 30 && trip_no % 20 === 0);
  const rated = charged.filter(({ trip_no }) => trip_no % 40 === 0);
  return {
    charges: charged.map(({ usr_no, trip_no, dist_mi, ed_dt }, index) => ({
      chrg_no: index + 1,
      usr_no,
      trip_no,
      amt: Math.max(1, Math.round(dist_mi * 3)),
      rsn: 'TRIP',
      chrg_dt: ed_dt,
    })),
    feedback: rated.map(({ usr_no, trip_no, ed_dt }, index) => ({
      fdbk_no: index + 1,
      usr_no,
      trip_no,
      scr: random.integer(2, 5),
      cmt: random.pick(comments),
      reg_dt: ed_dt,
    })),
    messages: rated.map(({ usr_no, trip_no, ed_dt }, index) => ({
      msg_no: index + 1,
      usr_no,
      msg_txt: `Trip ${trip_no} is complete.`,
      reg_dt: ed_dt,
    })),
  };
}
