import { z } from 'zod';
import { columns, tableStore, type Row } from '@banyan/platform';
import { severities, type Diagnostic } from '../domain/diagnostic.ts';

const { int4, moment, text } = columns;
const diagnosticRow = z.object({
  id: int4,
  vehicle_id: int4,
  code: text,
  severity: z.enum(severities),
  message: text,
  reported_at: moment,
});

/**
 * Reads a row of the pool or of a captured change.
 *
 * @throws {z.ZodError} when a column is missing or of another type
 */
export function diagnosticFromRow(captured: Row): Diagnostic {
  const { id, vehicle_id, code, severity, message, reported_at } = diagnosticRow.parse(captured);
  return { id, vehicleId: vehicle_id, code, severity, message, reportedAt: reported_at };
}

function diagnosticToRow({ vehicleId, reportedAt, ...same }: Diagnostic): z.output<typeof diagnosticRow> {
  return { ...same, vehicle_id: vehicleId, reported_at: reportedAt };
}

/** Whole diagnostics with the ids they came with; writes no event. */
export const diagnosticRecords = tableStore<Diagnostic>({
  table: 'diagnostic',
  key: 'id',
  columns: Object.keys(diagnosticRow.shape),
  toRow: diagnosticToRow,
  fromRow: diagnosticFromRow,
});
