import { fields } from '@banyan/platform';
import { z } from 'zod';
import { tripStatuses } from '../domain/trip.ts';
import { place } from './fields.ts';

const { id, idText, moment, pageOf, pageQuery, shortText } = fields;
const largestStopCount = 23;

export const trip = z
  .object({
    id,
    userId: id,
    vehicleId: id.nullable(),
    status: z.enum(tripStatuses),
    pickup: place,
    dropoff: place,
    distanceMetres: z.int().min(0),
    requestedAt: moment,
    startedAt: moment.nullable(),
    completedAt: moment.nullable(),
    cancelledAt: moment.nullable(),
    cancelReason: z.string().nullable(),
  })
  .meta({ id: 'Trip' });
export type TripJson = z.output<typeof trip>;

export const tripPage = pageOf(trip).meta({ id: 'TripPage' });
export const tripPath = z.object({ id: idText });
export const tripQuery = z.object({ userId: idText.optional(), status: z.enum(tripStatuses).optional(), ...pageQuery });

/** The sort values of a page's last trip; newest first. Part of the contract: a page begun on one side may be continued on the other. */
export const tripCursor = z.tuple([moment, id]);

export const newTrip = z
  .object({
    pickup: place,
    dropoff: place,
    stops: z.array(place).max(largestStopCount).nullish(),
    vehicleId: id.nullish(),
  })
  .meta({ id: 'NewTrip' });

export const startTrip = z.object({ vehicleId: id.nullish() }).meta({ id: 'StartTrip' });
export const cancelTrip = z.object({ reason: shortText(100).nullish() }).meta({ id: 'CancelTrip' });
