import { codeOf } from '@banyan/platform';
import { errors } from 'undici';
import type { Failure, Phase } from './outcome.ts';
import { BodyTooLarge, BodyTooSlow } from './upload-failure.ts';
import { QueueFull, Unprocessed } from './unprocessed.ts';

/** What an error of undici says about an exchange. */
export function failureOf(err: Error, phase: Phase): Failure {
  const code = codeOf(err) || err.name;
  if (err instanceof errors.ConnectTimeoutError) return { kind: 'timed-out', phase: 'connect', isTotal: false };
  if (err instanceof QueueFull) return { kind: 'overloaded' };
  if (isUnframable(err)) return { kind: 'request-refused', code };
  if (err instanceof BodyTooLarge || err instanceof BodyTooSlow) return failureOfUpload(err, phase);
  if (phase === 'connect' || err instanceof Unprocessed) return { kind: 'connect-failed', code };
  if (isMalformed(err, phase)) return { kind: 'answer-refused', phase, code };
  return { kind: 'upstream-cut', phase, code };
}

function isUnframable(err: Error): boolean {
  return err instanceof errors.InvalidArgumentError || err instanceof errors.NotSupportedError;
}

function failureOfUpload(err: BodyTooLarge | BodyTooSlow, phase: Phase): Failure {
  if (err instanceof BodyTooLarge) return { kind: 'body-too-large', phase };
  return { kind: 'client-stalled', phase: phase === 'body' ? 'body' : 'headers' };
}

function isMalformed(err: Error, phase: Phase): boolean {
  if (err instanceof errors.HTTPParserError || err instanceof errors.HeadersOverflowError) return true;
  // "bad response": an answer that nobody asked for; "bad upgrade": 101 for a plain request.
  if (err instanceof errors.SocketError && err.message.startsWith('bad ')) return true;
  // A status below 100.
  if (codeOf(err) === 'ERR_ASSERTION') return true;
  // In a head it means two lengths; in a body that the side stopped before its end.
  return phase === 'headers' && err instanceof errors.ResponseContentLengthMismatchError;
}

/** A side that changes protocols unasked. */
export const unaskedUpgrade: Failure = { kind: 'answer-refused', phase: 'headers', code: 'UNASKED_UPGRADE' };
