import type { Transaction } from '@banyan/platform';
import type { Sensor, SensorKind, SensorStatus } from '../domain/sensor.ts';
import { partEvent } from '../domain/vehicle-event.ts';
import type { Vehicle } from '../domain/vehicle.ts';
import { appendEvent } from './outbox.ts';
import { sensorFromRow } from './sensor-row.ts';
import { lockVehicle, raiseVersion, updateVehicle } from './vehicle-statements.ts';
import type { StoreParts } from './vehicles.ts';

/** Sensors belong to vehicles: what happens to one locks its vehicle and raises the vehicle's version. */
export interface Sensors {
  /** @returns undefined when there is no such vehicle */
  register(vehicleId: number, sensor: NewSensor): Promise<Sensor | undefined>;
  changeStatus(vehicleId: number, id: number, status: SensorStatus): Promise<SensorChange>;
  listOf(vehicleId: number): Promise<readonly Sensor[]>;
}

interface NewSensor {
  readonly kind: SensorKind;
  readonly serial: string;
}

/** A status that is set again changes nothing and tells nothing. */
type SensorChange =
  { readonly kind: 'set'; readonly sensor: Sensor } | { readonly kind: 'no-vehicle' } | { readonly kind: 'no-sensor' };

const insertSensor = `
  insert into sensor (vehicle_id, kind, serial, status) values ($1, $2, $3, 'ok') returning *`;
const selectSensor = `select * from sensor where vehicle_id = $1 and id = $2`;
const selectOfVehicle = `select * from sensor where vehicle_id = $1 order by id`;
const updateStatus = `update sensor set status = $2 where id = $1`;

export function createSensors({ database, now }: StoreParts): Sensors {
  async function setStatus(tx: Transaction, sensor: Sensor, vehicle: Vehicle): Promise<void> {
    const raised = { ...vehicle, version: vehicle.version + 1 };
    await tx.query(updateStatus, [sensor.id, sensor.status]);
    await updateVehicle(tx, raised);
    await appendEvent(tx, partEvent('SensorStatusChanged', raised, sensor, now()));
  }

  return {
    register: (vehicleId, { kind, serial }) =>
      database.transaction(async (tx) => {
        const vehicle = await raiseVersion(tx, vehicleId);
        const sensor = vehicle && (await one(tx, insertSensor, [vehicleId, kind, serial]));
        if (sensor) await appendEvent(tx, partEvent('SensorRegistered', vehicle, sensor, now()));
        return sensor;
      }),
    changeStatus: (vehicleId, id, status) =>
      database.transaction<SensorChange>(async (tx) => {
        // The vehicle first, as everywhere: two orders of locks would end in a deadlock.
        const vehicle = await lockVehicle(tx, vehicleId);
        if (!vehicle) return { kind: 'no-vehicle' };
        const current = await one(tx, selectSensor, [vehicleId, id]);
        if (!current) return { kind: 'no-sensor' };
        const sensor = { ...current, status };
        if (current.status !== status) await setStatus(tx, sensor, vehicle);
        return { kind: 'set', sensor };
      }),
    async listOf(vehicleId) {
      const { rows } = await database.query(selectOfVehicle, [vehicleId]);
      return rows.map(sensorFromRow);
    },
  };
}

async function one(tx: Transaction, statement: string, values: readonly unknown[]): Promise<Sensor | undefined> {
  const { rows } = await tx.query(statement, values);
  return rows.map(sensorFromRow)[0];
}
