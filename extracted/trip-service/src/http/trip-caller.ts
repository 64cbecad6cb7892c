import { callerOf, fields } from '@banyan/platform';
import type { Trip } from '../domain/trip.ts';
import { refusal } from './refusal.ts';

type Request = Parameters<typeof callerOf>[0];

export interface TripCaller {
  readonly userId: number;
  readonly isOperator: boolean;
  /** When the token ends, in seconds since 1970. */
  readonly expiresAtSeconds: number;
}

/** @throws {ProblemError} 401 without a verified token, 403 when its subject is no user id */
export function readCaller(request: Request): TripCaller {
  const { subject, roles, expiresAtSeconds } = callerOf(request);
  const userId = fields.idText.safeParse(subject);
  if (!userId.success) throw refusal('forbidden', 'The subject of the token is no user id.');
  return { userId: userId.data, isOperator: roles.includes('operator'), expiresAtSeconds };
}

/** Others' trips are not found rather than forbidden: which ids exist is nobody else's business. */
export function mayKnow({ userId, isOperator }: TripCaller, trip: Trip): boolean {
  return isOperator || trip.userId === userId;
}
