import type { VehicleRecord } from '@banyan/vehicle-service/sync';
import type { LegacyVehicleRow } from '../rows/legacy-rows.ts';
import { vehicleStatus } from './codes.ts';
import { fromLegacy, impossible, nullable, spelled, toLegacy, type Lens } from './lens.ts';
import { localSecond } from './local-time.ts';
import { placeColumns, type Place } from './places.ts';
import { batteryPercent, fuel, odometer } from './quantities.ts';
import { shortText } from './texts.ts';
import { alike, gather, part, type Translation } from './translation.ts';
import { nextVersion } from './version.ts';

const plate = shortText(12);
const model = shortText(40);
const vin = shortText(17);
const firmware = shortText(20);
const moment = nullable(localSecond);

export function vehicleFromLegacy(row: LegacyVehicleRow, existing?: VehicleRecord): Translation<VehicleRecord> {
  const kept: Partial<VehicleRecord> = existing ?? {};
  const translation = gather<VehicleRecord>(
    {
      id: alike(row.vhcl_no),
      plate: fromLegacy(plate, 'plate_no', row.plate_no, kept.plate),
      model: fromLegacy(model, 'mdl_nm', row.mdl_nm, kept.model),
      vin: fromLegacy(vin, 'vin_no', row.vin_no, kept.vin),
      energy: fromLegacy(energy, 'aux_val', row, kept.energy),
      status: fromLegacy(vehicleStatus, 'stat_cd', row.stat_cd, kept.status),
      odometerMetres: fromLegacy(odometer, 'odo_mi', row.odo_mi, kept.odometerMetres),
      firmwareVersion: fromLegacy(firmware, 'fw_ver', row.fw_ver, kept.firmwareVersion),
      position: fromLegacy(position, 'lat', row, kept.position),
      lastSeenAt: fromLegacy(moment, 'lst_seen_dt', row.lst_seen_dt, kept.lastSeenAt),
      registeredAt: fromLegacy(localSecond, 'reg_dt', row.reg_dt, kept.registeredAt),
      version: alike(kept.version ?? 1),
    },
    existing,
  );
  return nextVersion(translation, existing);
}

export function vehicleToLegacy(vehicle: VehicleRecord, existing?: LegacyVehicleRow): Translation<LegacyVehicleRow> {
  const kept: Partial<LegacyVehicleRow> = existing ?? {};
  const power = toLegacy(energy, 'energy', vehicle.energy, existing);
  const place = toLegacy(position, 'position', vehicle.position, existing);
  return gather<LegacyVehicleRow>(
    {
      vhcl_no: alike(vehicle.id),
      plate_no: toLegacy(plate, 'plate', vehicle.plate, kept.plate_no),
      mdl_nm: toLegacy(model, 'model', vehicle.model, kept.mdl_nm),
      vin_no: toLegacy(vin, 'vin', vehicle.vin, kept.vin_no),
      pwr_typ: part(power, 'pwr_typ'),
      aux_val: part(power, 'aux_val'),
      stat_cd: toLegacy(vehicleStatus, 'status', vehicle.status, kept.stat_cd),
      odo_mi: toLegacy(odometer, 'odometerMetres', vehicle.odometerMetres, kept.odo_mi),
      fw_ver: toLegacy(firmware, 'firmwareVersion', vehicle.firmwareVersion, kept.fw_ver),
      lat: part(place, 'lat'),
      lon: part(place, 'lon'),
      lst_seen_dt: toLegacy(moment, 'lastSeenAt', vehicle.lastSeenAt, kept.lst_seen_dt),
      reg_dt: toLegacy(localSecond, 'registeredAt', vehicle.registeredAt, kept.reg_dt),
    },
    existing,
  );
}

/** The column with two meanings: `aux_val` is a percentage or US gallons, as `pwr_typ` says. */
const energy: Lens<Pick<LegacyVehicleRow, 'pwr_typ' | 'aux_val'>, VehicleRecord['energy']> = {
  toNew({ pwr_typ, aux_val }) {
    if (pwr_typ === 'E') {
      const percent = batteryPercent.toNew(aux_val);
      return percent.kind === 'spelled' ? spelled({ kind: 'battery', percent: percent.value }) : percent;
    }
    if (pwr_typ !== 'G') return impossible('is none of E, G', 'pwr_typ');
    const litres = fuel.toNew(aux_val);
    return litres.kind === 'spelled' ? spelled({ kind: 'fuel', litres: litres.value }) : litres;
  },
  toLegacy(value) {
    const amount = value.kind === 'battery' ? batteryPercent.toLegacy(value.percent) : fuel.toLegacy(value.litres);
    const pwr_typ = value.kind === 'battery' ? 'E' : 'G';
    return amount.kind === 'spelled' ? spelled({ pwr_typ, aux_val: amount.value }) : amount;
  },
};

const nowhere = { lat: null, lon: null };

const position: Lens<Pick<LegacyVehicleRow, 'lat' | 'lon'>, Place | null> = {
  toNew({ lat, lon }) {
    if (lat === null && lon === null) return spelled(null);
    if (lat === null || lon === null)
      return impossible('is missing, the other coordinate is not', lat === null ? 'lat' : 'lon');
    return placeColumns.toNew({ lat, lon });
  },
  toLegacy: (place) => (place === null ? spelled(nowhere) : placeColumns.toLegacy(place)),
};
