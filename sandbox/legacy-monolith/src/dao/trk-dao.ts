import { onlyRow, type Sql } from '../db/pool.ts';
import type { Place } from '../geo.ts';
import { toLocal, toUtc } from '../local-time.ts';
import { metresPerSecondToMph, mphToMetresPerSecond } from '../units.ts';

export interface Point extends Place {
  readonly id: number;
  readonly tripId: number;
  readonly speedMetresPerSecond: number | null;
  readonly recordedAt: string;
}

export interface NewPoint extends Place {
  readonly tripId: number;
  readonly userId: number;
  readonly speedMetresPerSecond: number | null;
  readonly recordedAt: Date;
}

interface TrackRow {
  readonly trk_no: number;
  readonly trip_no: number;
  readonly lat: number;
  readonly lon: number;
  readonly spd_mph: number | null;
  readonly rec_dt: string;
}

const columns = `trk_no, trip_no, lat, lon, spd_mph, rec_dt`;
const insertPoint = `
  insert into trk_pt (trip_no, usr_no, lat, lon, spd_mph, rec_dt) values ($1, $2, $3, $4, $5, $6) returning ${columns}`;
const selectLatest = `
  select ${columns} from trk_pt where trip_no = $1 order by rec_dt desc, trk_no desc limit 1`;
const selectPoint = `select ${columns} from trk_pt where trip_no = $1 and trk_no = $2`;
const selectAfter = `
  select ${columns} from trk_pt where trip_no = $1 and (rec_dt, trk_no) > ($2::timestamp, $3::int)
   order by rec_dt, trk_no limit 500`;

export async function addPoint(sql: Sql, point: NewPoint): Promise<Point> {
  const { tripId, userId, lat, lon, speedMetresPerSecond: speed, recordedAt } = point;
  const mph = speed === null ? null : metresPerSecondToMph(speed);
  const { rows } = await sql.query<TrackRow>(insertPoint, [tripId, userId, lat, lon, mph, toLocal(recordedAt)]);
  return toPoint(onlyRow(rows));
}

/** By time and not by number: points of a trip may have been numbered by two programs. */
export async function latestPoint(sql: Sql, tripNo: number): Promise<Point | undefined> {
  const { rows } = await sql.query<TrackRow>(selectLatest, [tripNo]);
  return rows.map(toPoint)[0];
}

export async function findPoint(sql: Sql, tripNo: number, trkNo: number): Promise<Point | undefined> {
  const { rows } = await sql.query<TrackRow>(selectPoint, [tripNo, trkNo]);
  return rows.map(toPoint)[0];
}

/** The next 500 points at most, oldest first; from the trip's first point when `last` is undefined. */
export async function pointsAfter(sql: Sql, tripNo: number, last: Point | undefined): Promise<readonly Point[]> {
  const at = last === undefined ? '-infinity' : toLocal(new Date(last.recordedAt));
  const { rows } = await sql.query<TrackRow>(selectAfter, [tripNo, at, last?.id ?? 0]);
  return rows.map(toPoint);
}

function toPoint(row: TrackRow): Point {
  return {
    id: row.trk_no,
    tripId: row.trip_no,
    lat: row.lat,
    lon: row.lon,
    speedMetresPerSecond: row.spd_mph === null ? null : mphToMetresPerSecond(row.spd_mph),
    recordedAt: toUtc(row.rec_dt),
  };
}
