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
  return gather<DiagnosticRecord>({
    id: alike(row.diag_no),
    vehicleId: alike(row.vhcl_no),
    code: fromLegacy(code, 'diag_cd', row.diag_cd, existing?.code),
    severity: fromLegacy(severity, 'sev', row.sev, existing?.severity),
    message: fromLegacy(message, 'msg', row.msg, existing?.message),
    reportedAt: fromLegacy(localSecond, 'rpt_dt', row.rpt_dt, existing?.reportedAt),
  });
}

export function diagnosticToLegacy(
  diagnostic: DiagnosticRecord,
  existing?: LegacyDiagnosticRow,
): Translation<LegacyDiagnosticRow> {
  return gather<LegacyDiagnosticRow>({
    diag_no: alike(diagnostic.id),
    vhcl_no: alike(diagnostic.vehicleId),
    diag_cd: toLegacy(code, 'code', diagnostic.code, existing?.diag_cd),
    sev: toLegacy(severity, 'severity', diagnostic.severity, existing?.sev),
    msg: toLegacy(message, 'message', diagnostic.message, existing?.msg),
    rpt_dt: toLegacy(localSecond, 'reportedAt', diagnostic.reportedAt, existing?.rpt_dt),
  });
}
