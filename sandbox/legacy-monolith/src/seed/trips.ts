import { placeText, routeMetres, routeText, type Place } from '../geo.ts';
import { toLocalSecond } from '../local-time.ts';
import { metresToMiles } from '../units.ts';
import { randomRoute } from './places.ts';
import { busyVehicleNo, historyDays, minutesBefore, requesterNo, riderNo, type SeedPlan } from './plan.ts';
import { createRandom, type Random } from './random.ts';
import { numbers } from './users.ts';

export interface SeedTrip {
  readonly trip_no: number;
  readonly usr_no: number;
  readonly vhcl_no: number | null;
  readonly stat_cd: 10 | 20 | 30 | 90;
  readonly st_pt: string;
  readonly ed_pt: string;
  readonly rte_txt: string;
  readonly dist_mi: number;
  readonly req_dt: string;
  readonly st_dt: string | null;
  readonly ed_dt: string | null;
  readonly cncl_rsn: string | null;
  readonly upd_dt: string;
}

type TripBody = Omit<SeedTrip, 'trip_no'>;

/** The longest trip is over within this time: no part of the history lies behind its end. */
const longestTripMinutes = 12 * 60;
const reasons = ['CUSTOMER', 'VEHICLE FAULT', 'TRAFFIC', null] as const;

/** In the order of their requests: history, then started, then requested trips. */
export function makeTrips(plan: SeedPlan): readonly SeedTrip[] {
  const random = createRandom(6);
  const open = Array.from({ length: plan.openCount }, (_, index) => index);
  const bodies = [
    ...historyOf(plan, random),
    ...open.map((index) => startedTrip(index, plan, random)),
    ...open.map((index) => requestedTrip(index, plan, random)),
  ];
  return bodies.map((body, index) => ({ trip_no: index + 1, ...body }));
}

function historyOf({ tripCount, openCount, historyEnd, ...plan }: SeedPlan, random: Random): readonly TripBody[] {
  const secondsAgo = numbers(tripCount - 2 * openCount).map(() =>
    random.integer(longestTripMinutes * 60, historyDays * 86_400),
  );
  return secondsAgo
    .sort((a, b) => b - a)
    .map((seconds) => {
      const requestedAt = minutesBefore(historyEnd, seconds / 60);
      const usr_no = random.integer(1, plan.userCount);
      const vhcl_no = random.integer(1, plan.vehicleCount);
      const route = routeColumns(randomRoute(random));
      const ending = random.chance(0.92)
        ? completed(requestedAt, route.dist_mi, random)
        : cancelled(requestedAt, random);
      return { usr_no, vhcl_no, ...route, req_dt: toLocalSecond(requestedAt), ...ending };
    });
}

type Ending = Pick<TripBody, 'stat_cd' | 'st_dt' | 'ed_dt' | 'cncl_rsn' | 'upd_dt'>;

function completed(requestedAt: Date, miles: number, random: Random): Ending {
  const startedAt = minutesBefore(requestedAt, -random.integer(2, 12));
  const ed_dt = toLocalSecond(minutesBefore(startedAt, -(3 + miles * random.decimal(2, 3.5, 2))));
  return { stat_cd: 30, st_dt: toLocalSecond(startedAt), ed_dt, cncl_rsn: null, upd_dt: ed_dt };
}

function cancelled(requestedAt: Date, random: Random): Ending {
  const startedAt = random.chance(0.2) ? minutesBefore(requestedAt, -random.integer(2, 9)) : undefined;
  const ed_dt = toLocalSecond(minutesBefore(requestedAt, -random.integer(10, 30)));
  return {
    stat_cd: 90,
    st_dt: startedAt ? toLocalSecond(startedAt) : null,
    ed_dt,
    cncl_rsn: random.pick(reasons),
    upd_dt: ed_dt,
  };
}

function startedTrip(index: number, plan: SeedPlan, random: Random): TripBody {
  const requestedAt = minutesBefore(plan.now, 70 - index);
  const st_dt = toLocalSecond(minutesBefore(requestedAt, -random.integer(5, 15)));
  return {
    ...openColumns(riderNo(index, plan), requestedAt, random),
    vhcl_no: busyVehicleNo(index, plan),
    stat_cd: 20,
    st_dt,
    upd_dt: st_dt,
  };
}

/** Every other one has no vehicle yet. */
function requestedTrip(index: number, plan: SeedPlan, random: Random): TripBody {
  const columns = openColumns(requesterNo(index, plan), minutesBefore(plan.now, 20 - index), random);
  return { ...columns, vhcl_no: index % 2 === 0 ? random.integer(1, plan.vehicleCount) : null };
}

function openColumns(usr_no: number, requestedAt: Date, random: Random): TripBody {
  const req_dt = toLocalSecond(requestedAt);
  const open = { stat_cd: 10, st_dt: null, ed_dt: null, cncl_rsn: null } as const;
  return { usr_no, vhcl_no: null, ...routeColumns(randomRoute(random)), req_dt, ...open, upd_dt: req_dt };
}

function routeColumns(route: readonly [Place, ...Place[]]) {
  return {
    st_pt: placeText(route[0]),
    ed_pt: placeText(route.at(-1) ?? route[0]),
    rte_txt: routeText(route),
    dist_mi: metresToMiles(routeMetres(route)),
  };
}
