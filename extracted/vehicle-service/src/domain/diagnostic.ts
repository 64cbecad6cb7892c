export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

export interface Diagnostic {
  readonly id: number;
  readonly vehicleId: number;
  /** The manufacturer's trouble code, 12 characters at most. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly reportedAt: string;
}
