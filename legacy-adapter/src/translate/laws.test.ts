import { diagnosticFromLegacy, diagnosticToLegacy } from './diagnostic.ts';
import { sensorFromLegacy, sensorToLegacy } from './sensor.ts';
import { locationFromLegacy, locationToLegacy } from './tracking.ts';
import { tripFromLegacy, tripToLegacy } from './trip.ts';
import { vehicleFromLegacy, vehicleToLegacy } from './vehicle.ts';
import { obeysTheLaws } from './testing/lens-laws.ts';
import { locationRecords, trackRows, tripRecords, tripRows } from './testing/trip-models.ts';
import {
  diagnosticRecords,
  diagnosticRows,
  sensorRecords,
  sensorRows,
  vehicleRecords,
  vehicleRows,
} from './testing/vehicle-models.ts';

obeysTheLaws('trips', { fromLegacy: tripFromLegacy, toLegacy: tripToLegacy, rows: tripRows, records: tripRecords });

obeysTheLaws('tracking points', {
  fromLegacy: locationFromLegacy,
  toLegacy: locationToLegacy,
  rows: trackRows,
  records: locationRecords,
});

obeysTheLaws('vehicles', {
  fromLegacy: vehicleFromLegacy,
  toLegacy: vehicleToLegacy,
  rows: vehicleRows,
  records: vehicleRecords,
});

obeysTheLaws('sensors', {
  fromLegacy: sensorFromLegacy,
  toLegacy: sensorToLegacy,
  rows: sensorRows,
  records: sensorRecords,
});

obeysTheLaws('diagnostics', {
  fromLegacy: diagnosticFromLegacy,
  toLegacy: diagnosticToLegacy,
  rows: diagnosticRows,
  records: diagnosticRecords,
});
