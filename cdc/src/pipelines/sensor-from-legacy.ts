import { decodeSensorRow, sensorFromLegacy } from '@banyan/legacy-adapter';
import { sensorStore } from '@banyan/vehicle-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const sensorsFromLegacy = definePipeline({
  name: 'legacy.snsr_mst',
  table: 'public.snsr_mst',
  keyOf: keyIn('snsr_no'),
  scopeOf: scopeIn('vhcl_no'),
  decode: decodeSensorRow,
  translate: sensorFromLegacy,
  target: sensorStore,
});
