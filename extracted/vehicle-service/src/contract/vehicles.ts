import { fields } from '@banyan/platform';
import { z } from 'zod';
import { vehicleStatuses } from '../domain/vehicle.ts';
import { place } from './fields.ts';

const { id, idText, moment, pageOf, pageQuery, shortText } = fields;
const largestTankLitres = 37_854.08;

const energy = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('battery'), percent: z.number().min(0).max(100) }),
    z.object({ kind: z.literal('fuel'), litres: z.number().min(0).max(largestTankLitres) }),
  ])
  .meta({ id: 'Energy' });

/** Three numbers; a lower one than before may be set, an operator knows why. */
const firmwareVersion = z
  .string()
  .max(20)
  .regex(/^\d+\.\d+\.\d+$/, 'Not a version such as 1.2.3.');

export const vehicle = z
  .object({
    id,
    plate: z.string(),
    model: z.string(),
    vin: z.string(),
    energy,
    status: z.enum(vehicleStatuses),
    odometerMetres: z.int().min(0),
    firmwareVersion: z.string(),
    position: z.union([place, z.null()]),
    lastSeenAt: moment.nullable(),
    registeredAt: moment,
  })
  .meta({ id: 'Vehicle' });
export type VehicleJson = z.output<typeof vehicle>;

export const vehiclePage = pageOf(vehicle).meta({ id: 'VehiclePage' });
export const vehiclePath = z.object({ id: idText });
export const vehicleQuery = z.object({ status: z.enum(vehicleStatuses).optional(), ...pageQuery });

export const newVehicle = z
  .object({
    plate: shortText(12),
    model: shortText(40),
    vin: shortText(17),
    energy,
    firmwareVersion: firmwareVersion.nullish(),
  })
  .meta({ id: 'NewVehicle' });

export const vehicleStatusChange = z.object({ status: z.enum(vehicleStatuses) }).meta({ id: 'VehicleStatusChange' });
export const firmwareChange = z.object({ version: firmwareVersion }).meta({ id: 'FirmwareChange' });
