import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { aVehicle } from '../testing/a-vehicle.ts';
import { changeStatus, registerVehicle, updateFirmware } from './vehicle-commands.ts';
import { vehicleStatuses } from './vehicle.ts';

const now = new Date('2026-11-21T03:04:05.678Z');
const status = fc.constantFrom(...vehicleStatuses);
const others = vehicleStatuses.filter((each) => each !== 'retired');

describe('a registration', () => {
  test('begins with an available vehicle that has gone nowhere', () => {
    const registration = {
      plate: 'A1',
      model: 'Sprout',
      vin: 'V1',
      energy: { kind: 'fuel', litres: 40 } as const,
      firmwareVersion: '1.0.0',
    };
    expect(registerVehicle(registration, now)).toEqual({
      ...registration,
      status: 'available',
      odometerMetres: 0,
      position: null,
      lastSeenAt: null,
      registeredAt: '2026-11-21T03:04:05.678Z',
      version: 1,
    });
  });
});

describe('a status', () => {
  test.each(others.flatMap((from) => vehicleStatuses.filter((to) => to !== from).map((to) => [from, to] as const)))(
    'may change from %s to %s',
    (from, to) => {
      const vehicle = aVehicle({ status: from });
      expect(changeStatus(vehicle, to, now)).toMatchObject({
        kind: 'changed',
        vehicle: { ...vehicle, status: to, version: 4 },
        event: { aggregateId: 42, eventType: 'VehicleStatusChanged', version: 4, timestamp: now.toISOString() },
      });
    },
  );

  test.each(others)('is final once it is retired: not %s', (to) => {
    expect(changeStatus(aVehicle({ status: 'retired' }), to, now)).toEqual({ kind: 'retired' });
  });

  test.each(vehicleStatuses)('that is %s already stays, and nothing is told', (same) => {
    const vehicle = aVehicle({ status: same });
    expect(changeStatus(vehicle, same, now)).toEqual({ kind: 'unchanged', vehicle });
  });

  property.prop([fc.array(status)])('never leaves retired, whatever is tried', (tries) => {
    let vehicle = aVehicle({ status: 'retired' });
    for (const each of tries) {
      const result = changeStatus(vehicle, each, now);
      vehicle = result.kind === 'changed' ? result.vehicle : vehicle;
    }
    expect(vehicle).toEqual(aVehicle({ status: 'retired' }));
  });
});

describe('firmware', () => {
  test.each(['1.11.0', '1.9.0'])('1.10.0 may become %s', (version) => {
    expect(updateFirmware(aVehicle(), version, now)).toMatchObject({
      kind: 'changed',
      vehicle: { firmwareVersion: version, version: 4 },
      event: { eventType: 'FirmwareUpdated', version: 4 },
    });
  });

  test('that is there already stays, and nothing is told', () => {
    expect(updateFirmware(aVehicle(), '1.10.0', now)).toEqual({ kind: 'unchanged', vehicle: aVehicle() });
  });

  test('is told with the state after it, without the version', () => {
    const result = updateFirmware(aVehicle(), '2.0.0', now);
    const { version, ...state } = aVehicle({ firmwareVersion: '2.0.0', version: 4 });
    expect(result).toMatchObject({ event: { version } });
    expect(result.kind === 'changed' && result.event.data).toEqual(state);
  });
});
