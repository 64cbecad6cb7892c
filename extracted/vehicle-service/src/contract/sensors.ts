import { fields } from '@banyan/platform';
import { z } from 'zod';
import { sensorKinds, sensorStatuses } from '../domain/sensor.ts';

const { id, idText, moment, shortText } = fields;
export const sensor = z
  .object({
    id,
    vehicleId: id,
    kind: z.enum(sensorKinds),
    serial: z.string(),
    status: z.enum(sensorStatuses),
    calibratedAt: moment.nullable(),
  })
  .meta({ id: 'Sensor' });
export type SensorJson = z.output<typeof sensor>;

/** All of a vehicle: there are few. */
export const sensorList = z.object({ items: z.array(sensor) }).meta({ id: 'SensorList' });
export const sensorPath = z.object({ id: idText, sensorId: idText });
export const newSensor = z.object({ kind: z.enum(sensorKinds), serial: shortText(40) }).meta({ id: 'NewSensor' });
export const sensorStatusChange = z.object({ status: z.enum(sensorStatuses) }).meta({ id: 'SensorStatusChange' });
