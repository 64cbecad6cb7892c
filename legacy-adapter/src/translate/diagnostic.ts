import type { DiagnosticRecord } from '@banyan/vehicle-service/sync';
import type { LegacyDiagnosticRow } from '../rows/legacy-rows.ts';
import { severity } from './codes.ts';
import { fromLegacy, toLegacy } from './lens.ts';
import { localSecond } from './local-time.ts';
import { shortText } from './texts.ts';
import { alike, gather, type Translation } from './translation.ts';

const code = shortText(12);
const message = shortText(200);

export function diagnosticFromLegacy(
  row: LegacyDiagnosticRow,
  existing?: DiagnosticRecord,
): Translation<DiagnosticRecord> {
  const kept: Partial<DiagnosticRecord> = existing ?? {};
  return gather<DiagnosticRecord>(
    {
      id: alike(row.diag_no),
      vehicleId: alike(row.vhcl_no),
      code: fromLegacy(code, 'diag_cd', row.diag_cd, kept.code),
      severity: fromLegacy(severity, 'sev', row.sev, kept.severity),
      message: fromLegacy(message, 'msg', row.msg, kept.message),
      reportedAt: fromLegacy(localSecond, 'rpt_dt', row.rpt_dt, kept.reportedAt),
    },
    existing,
  );
}

export function diagnosticToLegacy(
  diagnostic: DiagnosticRecord,
  existing?: LegacyDiagnosticRow,
): Translation<LegacyDiagnosticRow> {
  const kept: Partial<LegacyDiagnosticRow> = existing ?? {};
  return gather<LegacyDiagnosticRow>(
    {
      diag_no: alike(diagnostic.id),
      vhcl_no: alike(diagnostic.vehicleId),
      diag_cd: toLegacy(code, 'code', diagnostic.code, kept.diag_cd),
      sev: toLegacy(severity, 'severity', diagnostic.severity, kept.sev),
      msg: toLegacy(message, 'message', diagnostic.message, kept.msg),
      rpt_dt: toLegacy(localSecond, 'reportedAt', diagnostic.reportedAt, kept.rpt_dt),
    },
    existing,
  );
}
