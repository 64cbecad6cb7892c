import { integer, optional, secret, text } from '@banyan/platform';

/** What the operator learns about decisions, and how. */
export const decidingFields = {
  auditPath: optional(
    text('FACADE_AUDIT_FILE', {
      about: 'file that each change of rules, orders and flags is appended to, one JSON document a line',
      example: '/var/lib/banyan/audit.ndjson',
    }),
  ),
  auditBytesLimit: integer('FACADE_AUDIT_FILE_BYTES', {
    about: 'size at which the audit file is moved to <file>.1, in place of the one before',
    fallback: 16_777_216,
    min: 4_096,
  }),
  explainToken: optional(
    secret('FACADE_EXPLAIN_TOKEN', {
      about: 'what x-banyan-explain must carry at the public port; FACADE_ADMIN_TOKEN when unset',
    }),
  ),
};
