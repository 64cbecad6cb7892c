import { grpcCodeOf } from '../grpc/grpc-status.ts';
import type { OutcomeRow } from './outcome-table.ts';

/** `docs/reference/outcomes.md`. */
export function outcomeReference(rows: readonly OutcomeRow[]): string {
  const lines = rows.map(
    (row) =>
      `| \`${row.label}\` | ${row.about} | ${clientCell(row)} | ${grpcCell(row)} | ${loggedStatus(row)} | ${processedCell(row)} | ${row.fallsBack ? 'yes' : 'no'} |`,
  );
  return [...head, ...lines, ...foot, ''].join('\n');
}

const head = [
  '# Outcomes',
  '',
  'Generated from the code that serves requests. Each row is proved by a fault that a test causes with real sockets (`facade/src/faults.test.ts`).',
  '',
  'An outcome says how one exchange with a side ended. It stands in the log line `request.served` as `outcome` and in the metric `facade_requests_total`.',
  '',
  '| outcome | what has happened | the client sees | a gRPC call gets | status in logs | may have been carried out | a read falls back to legacy |',
  '|---|---|---|---|---|---|---|',
];

const foot = [
  '',
  '- **May have been carried out** `no`: not a byte reached the side, so anybody may send the request again, even a write. `maybe`: only a safe request may be repeated without looking.',
  '- **Falls back**: once per request, only a read (`access: read`) that is sent by a safe method, only where the rule names a fallback, and only while nothing was taken from the client. A read by POST falls back only where the sixth column says `no`. The answer then carries `x-banyan-fallback: <outcome>`.',
  '- A connection that had served before and turns out to be closed is replaced once without an outcome, when the request is idempotent and nothing of its body was taken.',
  '- **A gRPC call**: a request over HTTP/2 whose `Content-Type` is `application/grpc`, also with `+proto` and the like. What fails here is answered with HTTP 200 and trailers alone, `grpc-status` and `grpc-message`; what is refused at the door as well: 400 as 13 INTERNAL, 405 as 12 UNIMPLEMENTED, 413 and 431 as 8 RESOURCE_EXHAUSTED, 429 as 14 UNAVAILABLE, anything else as 2 UNKNOWN. Logs and metrics keep the status of the row.',
  '- 503 comes with `Retry-After`. A broken answer ends in a reset or an unfinished body, never in what looks whole.',
];

function grpcCell({ client }: OutcomeRow): string {
  if (client.kind === 'problem') return grpcCodeOf(client.status);
  return client.kind === 'broken' ? 'a reset' : clientCell({ client });
}

function clientCell({ client }: Pick<OutcomeRow, 'client'>): string {
  switch (client.kind) {
    case 'own':
      return "the side's answer";
    case 'gone':
      return 'nothing, it has left';
    case 'broken':
      return 'a broken connection';
    case 'problem':
      return `${client.status} \`${client.type}\``;
  }
}

/** As the log line and the class in the metric have it; undefined for that of the side's answer. */
export function statusInLogs({ client }: OutcomeRow): number | undefined {
  switch (client.kind) {
    case 'own':
      return undefined;
    case 'gone':
      return 499;
    case 'broken':
      return 0;
    case 'problem':
      return client.status;
  }
}

function loggedStatus(row: OutcomeRow): string {
  return String(statusInLogs(row) ?? 'as answered');
}

function processedCell({ label, mayBeProcessed }: OutcomeRow): string {
  if (label === 'completed') return 'yes';
  return mayBeProcessed ? 'maybe' : 'no';
}
