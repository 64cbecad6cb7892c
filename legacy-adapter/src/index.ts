/**
 * legacy-adapter: the anti-corruption layer: translations between the legacy and the new model, both ways, and the stores over the legacy tables.
 * It must never leak a legacy word to its callers: they carry rows, only this room reads them.
 * Start reading at `translate/lens.ts`: the one rule by which nothing is lost on a round trip.
 */
export type { Translation } from './translate/translation.ts';
export { tripFromLegacy, tripToLegacy } from './translate/trip.ts';
export { locationFromLegacy, locationToLegacy } from './translate/tracking.ts';
export { vehicleFromLegacy, vehicleToLegacy } from './translate/vehicle.ts';
export { sensorFromLegacy, sensorToLegacy } from './translate/sensor.ts';
export { diagnosticFromLegacy, diagnosticToLegacy } from './translate/diagnostic.ts';
export {
  decodeDiagnosticRow,
  decodeSensorRow,
  decodeTrackRow,
  decodeTripRow,
  decodeVehicleRow,
} from './rows/decode.ts';
export {
  legacyDiagnosticStore,
  legacySensorStore,
  legacyTrackStore,
  legacyTripStore,
  legacyVehicleStore,
} from './gateway/legacy-stores.ts';
