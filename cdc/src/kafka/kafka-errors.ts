import { BanyanError, messageOf } from '@banyan/platform';

/** Trying again cannot help; a person must act. */
const finalTypes: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_RECORD',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
]);

function typeOf(err: unknown): string {
  return typeof err === 'object' && err !== null && 'type' in err && typeof err.type === 'string' ? err.type : '';
}

export function isFinal(err: unknown): boolean {
  return finalTypes.has(typeOf(err));
}

/** kafkajs' own judgement. */
export function isRetriable(err: unknown): boolean {
  return typeof err === 'object' && err !== null && 'retriable' in err && err.retriable === true;
}

export function refusedByBroker(cause: unknown): BanyanError {
  return new BanyanError('BUS_REFUSED', `Kafka refused a batch for good: ${messageOf(cause)}`, {
    remedy: 'Check the limits (max.message.bytes) and the rights of the producer on the topic, then start again.',
    cause,
  });
}
