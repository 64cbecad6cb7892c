import { tableStore, type RecordStore } from '@banyan/platform';
import {
  decodeDiagnosticRow,
  decodeSensorRow,
  decodeTrackRow,
  decodeTripRow,
  decodeVehicleRow,
  type RowDecoder,
} from '../rows/decode.ts';
import type {
  LegacyDiagnosticRow,
  LegacySensorRow,
  LegacyTrackRow,
  LegacyTripRow,
  LegacyVehicleRow,
} from '../rows/legacy-rows.ts';

// Only the columns that cross are written: `upd_dt` and the counters stay with legacy's own triggers, which fire for us as for anybody.
export const legacyTripStore = legacyStore<LegacyTripRow>('trip_mst', 'trip_no', decodeTripRow);
export const legacyTrackStore = legacyStore<LegacyTrackRow>('trk_pt', 'trk_no', decodeTrackRow);
export const legacyVehicleStore = legacyStore<LegacyVehicleRow>('vhcl_mst', 'vhcl_no', decodeVehicleRow);
export const legacySensorStore = legacyStore<LegacySensorRow>('snsr_mst', 'snsr_no', decodeSensorRow);
export const legacyDiagnosticStore = legacyStore<LegacyDiagnosticRow>('diag_log', 'diag_no', decodeDiagnosticRow);

function legacyStore<R extends object>(table: string, key: keyof R & string, decode: RowDecoder<R>): RecordStore<R> {
  return tableStore<R>({
    table,
    key,
    columns: decode.columns,
    toRow: (record) => record as Readonly<Record<string, unknown>>,
    fromRow: decode,
  });
}
