import { decodeVehicleRow, vehicleFromLegacy } from '@banyan/legacy-adapter';
import { vehicleStore } from '@banyan/vehicle-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const vehiclesFromLegacy = definePipeline({
  name: 'legacy.vhcl_mst',
  table: 'public.vhcl_mst',
  keyOf: keyIn('vhcl_no'),
  scopeOf: scopeIn('vhcl_no'),
  decode: decodeVehicleRow,
  translate: vehicleFromLegacy,
  target: vehicleStore,
});
