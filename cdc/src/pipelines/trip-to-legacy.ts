import { legacyTripStore, tripToLegacy } from '@banyan/legacy-adapter';
import { tripRecordFromRow } from '@banyan/trip-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const tripsToLegacy = definePipeline({
  name: 'trips.trip',
  table: 'public.trip',
  keyOf: keyIn('id'),
  scopeOf: scopeIn('user_id'),
  decode: tripRecordFromRow,
  translate: tripToLegacy,
  target: legacyTripStore,
});
