import { describe, expect, test } from 'vitest';
import { aTrip } from '../testing/a-trip.ts';
import { transition, type TripCommand } from './transition.ts';
import type { TripStatus } from './trip.ts';

const now = new Date('2026-11-21T03:04:05.678Z');
const at = '2026-11-21T03:04:05.678Z';

const start: TripCommand = { kind: 'start', vehicleId: 9 };
const complete: TripCommand = { kind: 'complete' };
const cancel: TripCommand = { kind: 'cancel', reason: 'rain' };

describe('the life of a trip', () => {
  test.each<[TripStatus, TripCommand, TripStatus, string]>([
    ['requested', start, 'started', 'TripStarted'],
    ['started', complete, 'completed', 'TripCompleted'],
    ['requested', cancel, 'cancelled', 'TripCancelled'],
    ['started', cancel, 'cancelled', 'TripCancelled'],
  ])('%s, %o: %s', (from, command, to, eventType) => {
    expect(transition(aTrip({ status: from }), command, now)).toMatchObject({
      kind: 'moved',
      trip: { status: to, version: 2 },
      event: { eventType, version: 2, timestamp: at },
    });
  });

  test.each<[TripStatus, TripCommand, TripStatus]>([
    ['requested', complete, 'completed'],
    ['started', start, 'started'],
    ['completed', start, 'started'],
    ['completed', complete, 'completed'],
    ['completed', cancel, 'cancelled'],
    ['cancelled', start, 'started'],
    ['cancelled', complete, 'completed'],
    ['cancelled', cancel, 'cancelled'],
  ])('%s, %o is illegal', (from, command, to) => {
    expect(transition(aTrip({ status: from }), command, now)).toEqual({ kind: 'illegal', from, to });
  });

  test('a start writes its moment and the vehicle, and touches nothing else', () => {
    const trip = aTrip();
    expect(transition(trip, start, now)).toMatchObject({
      trip: { ...trip, status: 'started', vehicleId: 9, startedAt: at, version: 2 },
    });
  });

  test('a start without a vehicle keeps the one of the request', () => {
    const result = transition(aTrip({ vehicleId: 5 }), { kind: 'start', vehicleId: null }, now);
    expect(result).toMatchObject({ kind: 'moved', trip: { vehicleId: 5 } });
  });

  test('a start needs a vehicle by then', () => {
    expect(transition(aTrip(), { kind: 'start', vehicleId: null }, now)).toEqual({ kind: 'needs-vehicle' });
  });

  test('an illegal start says so even when there is no vehicle', () => {
    const result = transition(aTrip({ status: 'completed' }), { kind: 'start', vehicleId: null }, now);
    expect(result).toMatchObject({ kind: 'illegal' });
  });

  test('a cancellation keeps its reason and the moment of the start', () => {
    const trip = aTrip({ status: 'started', startedAt: at });
    expect(transition(trip, cancel, now)).toMatchObject({
      trip: { startedAt: at, cancelledAt: at, cancelReason: 'rain', completedAt: null },
    });
  });

  test('an event carries the state after it, without the version', () => {
    const result = transition(aTrip({ status: 'started', vehicleId: 9 }), complete, now);
    const { version, ...state } = aTrip({ status: 'completed', vehicleId: 9, completedAt: at, version: 2 });
    expect(result).toMatchObject({ event: { aggregateId: 42, version } });
    expect(result.kind === 'moved' && result.event.data).toEqual(state);
  });

  test('the trip that came in stays as it was', () => {
    const trip = Object.freeze(aTrip());
    transition(trip, start, now);
    expect(trip).toEqual(aTrip());
  });
});
