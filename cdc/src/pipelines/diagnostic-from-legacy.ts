import { decodeDiagnosticRow, diagnosticFromLegacy } from '@banyan/legacy-adapter';
import { diagnosticStore } from '@banyan/vehicle-service/sync';
import { keyIn, scopeIn } from './columns.ts';
import { definePipeline } from './pipeline.ts';

export const diagnosticsFromLegacy = definePipeline({
  name: 'legacy.diag_log',
  table: 'public.diag_log',
  keyOf: keyIn('diag_no'),
  scopeOf: scopeIn('vhcl_no'),
  decode: decodeDiagnosticRow,
  translate: diagnosticFromLegacy,
  target: diagnosticStore,
});
