import { legacySensorStore, sensorToLegacy } from '@banyan/legacy-adapter';
import { sensorRecordFromRow } from '@banyan/vehicle-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const sensorsToLegacy = definePipeline({
  name: 'vehicles.sensor',
  table: 'public.sensor',
  keyOf: keyIn('id'),
  scopeOf: scopeIn('vehicle_id'),
  decode: sensorRecordFromRow,
  translate: sensorToLegacy,
  target: legacySensorStore,
});
