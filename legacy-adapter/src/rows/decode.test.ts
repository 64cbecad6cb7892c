import { describe, expect, test } from 'vitest';
import { decodeTrackRow, decodeTripRow } from './decode.ts';

const captured = {
  trip_no: 7,
  usr_no: 42,
  vhcl_no: null,
  stat_cd: 10,
  st_pt: '37.566500,126.978000',
  ed_pt: '37.500000,127.000000',
  rte_txt: '37.566500,126.978000;37.500000,127.000000',
  dist_mi: '3.20',
  req_dt: Date.UTC(2026, 10, 21, 8, 0, 0),
  st_dt: null,
  ed_dt: null,
  cncl_rsn: null,
};

describe('a captured row', () => {
  test('has its wall clock as Postgres prints it, numeric as text, and only the columns that cross', () => {
    expect(decodeTripRow({ ...captured, upd_dt: 0 })).toEqual({ ...captured, req_dt: '2026-11-21 08:00:00' });
  });

  test('keeps milliseconds where the column has them', () => {
    const point = {
      trk_no: 1,
      trip_no: 7,
      usr_no: 42,
      lat: '37.5',
      lon: '127.0',
      spd_mph: null,
      rec_dt: Date.UTC(2026, 10, 21, 8, 0, 0, 125),
    };
    expect(decodeTrackRow(point).rec_dt).toBe('2026-11-21 08:00:00.125');
  });

  test.for<[string, number | bigint]>([
    ['infinity', 9_223_372_036_825_200_000n],
    ['-infinity', -9_223_372_036_832_400_000n],
    ['+010000-01-01 00:00', Date.UTC(10_000, 0, 1)],
  ])('with the moment %s is decoded for the translation to refuse', ([text, epochMs]) => {
    expect(decodeTripRow({ ...captured, req_dt: epochMs }).req_dt).toBe(text);
  });

  test.for(['rte_txt', 'dist_mi', 'req_dt', 'vhcl_no'])('without its %s is refused', (column) => {
    const rest = Object.entries(captured).filter(([name]) => name !== column);
    expect(() => decodeTripRow(Object.fromEntries(rest))).toThrow(column);
  });
});
