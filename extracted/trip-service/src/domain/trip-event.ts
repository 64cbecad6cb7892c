import type { Trip } from './trip.ts';

export type TripEventType = 'TripRequested' | 'TripStarted' | 'TripCompleted' | 'TripCancelled';

/** What happened to a trip. It carries the trip's state after it, so that a reader needs nobody else. */
export interface TripEvent {
  readonly aggregateId: number;
  readonly eventType: TripEventType;
  readonly timestamp: string;
  /** The trip's version after it. */
  readonly version: number;
  readonly data: Omit<Trip, 'version'>;
}

export function tripEvent(eventType: TripEventType, { version, ...data }: Trip, timestamp: string): TripEvent {
  return { aggregateId: data.id, eventType, timestamp, version, data };
}
