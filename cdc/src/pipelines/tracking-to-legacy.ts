import { legacyTrackStore, locationToLegacy } from '@banyan/legacy-adapter';
import { locationRecordFromRow } from '@banyan/trip-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const pointsToLegacy = definePipeline({
  name: 'trips.location',
  table: 'public.location',
  keyOf: keyIn('id'),
  scopeOf: scopeIn('user_id'),
  decode: locationRecordFromRow,
  translate: locationToLegacy,
  target: legacyTrackStore,
});
