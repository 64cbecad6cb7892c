import { tripStatus } from '../codes.ts';
import { onlyRow, type Sql } from '../db/pool.ts';
import { parsePlace, parseRoute, placeText, routeMetres, routeText, type Place } from '../geo.ts';
import { toLocalSecond, toUtc, toUtcOrNull } from '../local-time.ts';
import { metresToMiles, milesToMetres } from '../units.ts';

type TripStatus = (typeof tripStatus.words)[number];

export interface Trip {
  readonly id: number;
  readonly userId: number;
  readonly vehicleId: number | null;
  readonly status: TripStatus;
  readonly pickup: Place;
  readonly dropoff: Place;
  readonly distanceMetres: number;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly cancelledAt: string | null;
  readonly cancelReason: string | null;
}

export interface TripRoute {
  readonly tripId: number;
  readonly waypoints: readonly Place[];
  readonly distanceMetres: number;
}

interface TripRow {
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
}

export interface NewTrip {
  readonly userId: number;
  readonly vehicleId: number | null;
  readonly pickup: Place;
  readonly dropoff: Place;
  /** From the pickup to the dropoff. */
  readonly route: readonly Place[];
}

export interface TripListing {
  readonly userId: number;
  readonly status: TripStatus | undefined;
  readonly after: { readonly at: Date; readonly id: number } | undefined;
  readonly limit: number;
}

/** What a move of the state machine writes. A null vehicle or reason keeps the one that is there. */
export interface TripMove {
  readonly status: TripStatus;
  readonly vehicleId: number | null;
  readonly cancelReason: string | null;
}

const columns = `trip_no, usr_no, vhcl_no, stat_cd, st_pt, ed_pt, rte_txt, dist_mi, req_dt, st_dt, ed_dt, cncl_rsn`;
const selectTrip = `select ${columns} from trip_mst where trip_no = $1`;
const lockTripRow = `${selectTrip} for update`;
const insertTrip = `
  insert into trip_mst (usr_no, vhcl_no, st_pt, ed_pt, rte_txt, dist_mi) values ($1, $2, $3, $4, $5, $6)
  returning ${columns}`;
const listByUser = `
  select ${columns} from trip_mst
   where usr_no = $1 and ($2::smallint is null or stat_cd = $2)
     and ($3::timestamp is null or (req_dt, trip_no) < ($3, $4::int))
   order by req_dt desc, trip_no desc limit $5`;
const moveTripRow = `
  update trip_mst
     set stat_cd = $2::smallint, vhcl_no = coalesce($3, vhcl_no), cncl_rsn = coalesce($4, cncl_rsn),
         st_dt = case when $2 = 20 then f_now() else st_dt end,
         ed_dt = case when $2 in (30, 90) then f_now() end
   where trip_no = $1 returning ${columns}`;

export async function findTrip(sql: Sql, tripNo: number): Promise<Trip | undefined> {
  const { rows } = await sql.query<TripRow>(selectTrip, [tripNo]);
  return rows.map(toTrip)[0];
}

export async function findRoute(sql: Sql, tripNo: number): Promise<(TripRoute & { userId: number }) | undefined> {
  const { rows } = await sql.query<TripRow>(selectTrip, [tripNo]);
  return rows.map((row) => ({
    userId: row.usr_no,
    tripId: row.trip_no,
    waypoints: parseRoute(row.rte_txt),
    distanceMetres: milesToMetres(row.dist_mi),
  }))[0];
}

/** Nobody else moves the trip until the transaction ends. */
export async function lockTrip(sql: Sql, tripNo: number): Promise<Trip | undefined> {
  const { rows } = await sql.query<TripRow>(lockTripRow, [tripNo]);
  return rows.map(toTrip)[0];
}

export async function createTrip(sql: Sql, trip: NewTrip): Promise<Trip> {
  const { userId, vehicleId, pickup, dropoff, route } = trip;
  const miles = metresToMiles(routeMetres(route));
  const values = [userId, vehicleId, placeText(pickup), placeText(dropoff), routeText(route), miles];
  const { rows } = await sql.query<TripRow>(insertTrip, values);
  return toTrip(onlyRow(rows));
}

/** Newest first; one row more than `limit` when there are more. */
export async function listTrips(sql: Sql, { userId, status, after, limit }: TripListing): Promise<readonly Trip[]> {
  const code = status === undefined ? null : tripStatus.codeOf(status);
  // The columns hold whole seconds: a cursor made where time is finer is cut like them.
  const at = after === undefined ? null : toLocalSecond(after.at);
  const { rows } = await sql.query<TripRow>(listByUser, [userId, code, at, after?.id ?? null, limit + 1]);
  return rows.map(toTrip);
}

export async function moveTrip(sql: Sql, tripNo: number, move: TripMove): Promise<Trip> {
  const values = [tripNo, tripStatus.codeOf(move.status), move.vehicleId, move.cancelReason];
  const { rows } = await sql.query<TripRow>(moveTripRow, values);
  return toTrip(onlyRow(rows));
}

function toTrip(row: TripRow): Trip {
  const endedAt = toUtcOrNull(row.ed_dt);
  return {
    id: row.trip_no,
    userId: row.usr_no,
    vehicleId: row.vhcl_no,
    status: tripStatus.wordOf(row.stat_cd),
    pickup: parsePlace(row.st_pt),
    dropoff: parsePlace(row.ed_pt),
    distanceMetres: milesToMetres(row.dist_mi),
    requestedAt: toUtc(row.req_dt),
    startedAt: toUtcOrNull(row.st_dt),
    completedAt: row.stat_cd === 30 ? endedAt : null,
    cancelledAt: row.stat_cd === 90 ? endedAt : null,
    cancelReason: row.cncl_rsn,
  };
}
