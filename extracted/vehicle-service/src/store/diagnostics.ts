import type { Diagnostic, Severity } from '../domain/diagnostic.ts';
import { partEvent } from '../domain/vehicle-event.ts';
import { diagnosticFromRow } from './diagnostic-row.ts';
import { appendEvent } from './outbox.ts';
import { raiseVersion } from './vehicle-statements.ts';
import type { StoreParts } from './vehicles.ts';

/** What vehicles have reported. Each report raises its vehicle's version. */
export interface Diagnostics {
  /** @returns undefined when there is no such vehicle */
  report(report: Omit<Diagnostic, 'id' | 'reportedAt'>): Promise<Diagnostic | undefined>;
  /** By id, downwards. */
  list(listing: DiagnosticListing): Promise<readonly Diagnostic[]>;
}

interface DiagnosticListing {
  readonly vehicleId: number | undefined;
  readonly severity: Severity | undefined;
  /** The last diagnostic of the page before. */
  readonly beforeId: number | undefined;
  readonly limit: number;
}

const insertDiagnostic = `
  insert into diagnostic (vehicle_id, code, severity, message, reported_at) values ($1, $2, $3, $4, $5) returning *`;
const selectPage = `
  select * from diagnostic
   where ($1::int is null or vehicle_id = $1) and ($2::text is null or severity = $2) and ($3::int is null or id < $3)
   order by id desc limit $4`;

export function createDiagnostics({ database, now }: StoreParts): Diagnostics {
  return {
    report: ({ vehicleId, code, severity, message }) =>
      database.transaction(async (tx) => {
        const at = now();
        const vehicle = await raiseVersion(tx, vehicleId);
        if (!vehicle) return undefined;
        const { rows } = await tx.query(insertDiagnostic, [vehicleId, code, severity, message, at.toISOString()]);
        const [diagnostic] = rows.map(diagnosticFromRow);
        if (diagnostic) await appendEvent(tx, partEvent('DiagnosticReported', vehicle, diagnostic, at));
        return diagnostic;
      }),
    async list({ vehicleId, severity, beforeId, limit }) {
      const { rows } = await database.query(selectPage, [vehicleId, severity, beforeId, limit]);
      return rows.map(diagnosticFromRow);
    },
  };
}
