import { decodeTripRow, tripFromLegacy } from '@banyan/legacy-adapter';
import { tripStore } from '@banyan/trip-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const tripsFromLegacy = definePipeline({
  name: 'legacy.trip_mst',
  table: 'public.trip_mst',
  keyOf: keyIn('trip_no'),
  scopeOf: scopeIn('usr_no'),
  decode: decodeTripRow,
  translate: tripFromLegacy,
  target: tripStore,
});
