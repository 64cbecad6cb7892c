import { legacyDiagnosticStore, diagnosticToLegacy } from '@banyan/legacy-adapter';
import { diagnosticRecordFromRow } from '@banyan/vehicle-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const diagnosticsToLegacy = definePipeline({
  name: 'vehicles.diagnostic',
  table: 'public.diagnostic',
  keyOf: keyIn('id'),
  scopeOf: scopeIn('vehicle_id'),
  decode: diagnosticRecordFromRow,
  translate: diagnosticToLegacy,
  target: legacyDiagnosticStore,
});
