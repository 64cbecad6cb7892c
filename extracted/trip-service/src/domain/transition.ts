import type { Trip, TripStatus } from './trip.ts';
import { tripEvent, type TripEvent, type TripEventType } from './trip-event.ts';

export type TripCommand =
  /** Null keeps the vehicle that was named with the request. */
  | { readonly kind: 'start'; readonly vehicleId: number | null }
  | { readonly kind: 'complete' }
  | { readonly kind: 'cancel'; readonly reason: string | null };

export type Transition =
  | { readonly kind: 'moved'; readonly trip: Trip; readonly event: TripEvent }
  | { readonly kind: 'illegal'; readonly from: TripStatus; readonly to: TripStatus }
  | { readonly kind: 'needs-vehicle' };

interface Move {
  readonly to: TripStatus;
  readonly from: readonly TripStatus[];
  readonly eventType: TripEventType;
}

const moves: Readonly<Record<TripCommand['kind'], Move>> = {
  start: { to: 'started', from: ['requested'], eventType: 'TripStarted' },
  complete: { to: 'completed', from: ['started'], eventType: 'TripCompleted' },
  cancel: { to: 'cancelled', from: ['requested', 'started'], eventType: 'TripCancelled' },
};

/** The life of a trip: requested, started, completed; cancelled from either of the first two. What has ended stays so. */
export function transition(trip: Trip, command: TripCommand, now: Date): Transition {
  const { to, from, eventType } = moves[command.kind];
  if (!from.includes(trip.status)) return { kind: 'illegal', from: trip.status, to };
  const at = now.toISOString();
  const moved = { ...trip, ...changesOf(command, at), status: to, version: trip.version + 1 };
  if (to === 'started' && moved.vehicleId === null) return { kind: 'needs-vehicle' };
  return { kind: 'moved', trip: moved, event: tripEvent(eventType, moved, at) };
}

function changesOf(command: TripCommand, at: string): Partial<Trip> {
  switch (command.kind) {
    case 'start':
      return { startedAt: at, ...(command.vehicleId !== null && { vehicleId: command.vehicleId }) };
    case 'complete':
      return { completedAt: at };
    case 'cancel':
      return { cancelledAt: at, cancelReason: command.reason };
    default:
      return command satisfies never;
  }
}
