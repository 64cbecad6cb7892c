import { legacyVehicleStore, vehicleToLegacy } from '@banyan/legacy-adapter';
import { vehicleRecordFromRow } from '@banyan/vehicle-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const vehiclesToLegacy = definePipeline({
  name: 'vehicles.vehicle',
  table: 'public.vehicle',
  keyOf: keyIn('id'),
  scopeOf: scopeIn('id'),
  decode: vehicleRecordFromRow,
  translate: vehicleToLegacy,
  target: legacyVehicleStore,
});
