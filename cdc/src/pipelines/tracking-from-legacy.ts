import { decodeTrackRow, locationFromLegacy } from '@banyan/legacy-adapter';
import { locationStore } from '@banyan/trip-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const pointsFromLegacy = definePipeline({
  name: 'legacy.trk_pt',
  table: 'public.trk_pt',
  keyOf: keyIn('trk_no'),
  scopeOf: scopeIn('usr_no'),
  decode: decodeTrackRow,
  translate: locationFromLegacy,
  target: locationStore,
});
