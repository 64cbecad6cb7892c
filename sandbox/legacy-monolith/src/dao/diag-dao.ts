import { severity } from '../codes.ts';
import { onlyRow, type Sql } from '../db/pool.ts';
import { toUtc } from '../local-time.ts';

type Severity = (typeof severity.words)[number];

export interface Diagnostic {
  readonly id: number;
  readonly vehicleId: number;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly reportedAt: string;
}

interface DiagnosticRow {
  readonly diag_no: number;
  readonly vhcl_no: number;
  readonly diag_cd: string;
  readonly sev: 1 | 2 | 3;
  readonly msg: string;
  readonly rpt_dt: string;
}

export interface DiagnosticListing {
  readonly vehicleId: number | undefined;
  readonly severity: Severity | undefined;
  readonly beforeId: number | undefined;
  readonly limit: number;
}

const columns = `diag_no, vhcl_no, diag_cd, sev, msg, rpt_dt`;
const insertDiagnostic = `
  insert into diag_log (vhcl_no, diag_cd, sev, msg) values ($1, $2, $3, $4) returning ${columns}`;
const listNewestFirst = `
  select ${columns} from diag_log
   where ($1::int is null or vhcl_no = $1) and ($2::smallint is null or sev = $2)
     and ($3::int is null or diag_no < $3)
   order by diag_no desc limit $4`;

export async function addDiagnostic(
  sql: Sql,
  { vehicleId, code, severity: word, message }: Omit<Diagnostic, 'id' | 'reportedAt'>,
): Promise<Diagnostic> {
  const values = [vehicleId, code, severity.codeOf(word), message];
  const { rows } = await sql.query<DiagnosticRow>(insertDiagnostic, values);
  return toDiagnostic(onlyRow(rows));
}

/** By number, downwards; one row more than `limit` when there are more. */
export async function listDiagnostics(sql: Sql, listing: DiagnosticListing): Promise<readonly Diagnostic[]> {
  const code = listing.severity === undefined ? null : severity.codeOf(listing.severity);
  const values = [listing.vehicleId ?? null, code, listing.beforeId ?? null, listing.limit + 1];
  const { rows } = await sql.query<DiagnosticRow>(listNewestFirst, values);
  return rows.map(toDiagnostic);
}

function toDiagnostic(row: DiagnosticRow): Diagnostic {
  return {
    id: row.diag_no,
    vehicleId: row.vhcl_no,
    code: row.diag_cd,
    severity: severity.wordOf(row.sev),
    message: row.msg,
    reportedAt: toUtc(row.rpt_dt),
  };
}
