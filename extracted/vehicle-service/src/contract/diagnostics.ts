import { fields } from '@banyan/platform';
import { z } from 'zod';
import { severities } from '../domain/diagnostic.ts';

const { id, idText, moment, pageOf, pageQuery, shortText } = fields;
export const diagnostic = z
  .object({
    id,
    vehicleId: id,
    code: z.string(),
    severity: z.enum(severities),
    message: z.string(),
    reportedAt: moment,
  })
  .meta({ id: 'Diagnostic' });
export type DiagnosticJson = z.output<typeof diagnostic>;

export const diagnosticPage = pageOf(diagnostic).meta({ id: 'DiagnosticPage' });
export const diagnosticQuery = z.object({
  vehicleId: idText.optional(),
  severity: z.enum(severities).optional(),
  ...pageQuery,
});
export const newDiagnostic = z
  .object({ vehicleId: id, code: shortText(12), severity: z.enum(severities), message: shortText(200) })
  .meta({ id: 'NewDiagnostic' });
