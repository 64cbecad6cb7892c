import { codeOf } from '@banyan/platform';
import { errors } from 'undici';
import { AnswerMalformed, ConnectTimedOut, RequestUnframable, UploadBroken } from './h1/faults.ts';
import type { Failure, Phase } from './outcome.ts';
import { BodyTooLarge, BodyTooSlow } from './upload-failure.ts';
import { QueueFull, Unprocessed } from './unprocessed.ts';

/** What an error of the client says about an exchange. */
export function failureOf(err: Error, phase: Phase): Failure {
  const code = codeOf(err) || err.name;
  if (isConnectTimeout(err)) return { kind: 'timed-out', phase: 'connect', isTotal: false };
  if (err instanceof QueueFull) return { kind: 'overloaded' };
  if (isUnframable(err)) return { kind: 'request-refused', code };
  const ofUpload = failureOfUpload(err, phase);
  if (ofUpload) return ofUpload;
  // Whoever has begun to answer has looked at it, whatever it says then.
  if (phase === 'connect' || (err instanceof Unprocessed && phase !== 'body')) return { kind: 'connect-failed', code };
  if (err instanceof AnswerMalformed) return { kind: 'answer-refused', phase, code };
  return { kind: 'upstream-cut', phase, code };
}

/** TLS is connected by undici's connector. */
function isConnectTimeout(err: Error): boolean {
  return err instanceof ConnectTimedOut || err instanceof errors.ConnectTimeoutError;
}

function isUnframable(err: Error): boolean {
  return err instanceof RequestUnframable || err instanceof errors.InvalidArgumentError;
}

function failureOfUpload(err: Error, phase: Phase): Failure | undefined {
  if (err instanceof UploadBroken) return { kind: 'client-aborted', phase };
  if (err instanceof BodyTooLarge) return { kind: 'body-too-large', phase };
  if (err instanceof BodyTooSlow) return { kind: 'client-stalled', phase: phase === 'body' ? 'body' : 'headers' };
  return undefined;
}

/** A side that changes protocols unasked. */
export const unaskedUpgrade: Failure = { kind: 'answer-refused', phase: 'headers', code: 'UNASKED_UPGRADE' };
