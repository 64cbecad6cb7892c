import { fields } from '@banyan/platform';
import { z } from 'zod';
import { givenMoment, place } from './fields.ts';

const { id, idText, moment } = fields;
const fastestMetresPerSecond = 4_470;

export const point = z
  .object({ id, tripId: id, ...place.shape, speedMetresPerSecond: z.number().min(0).nullable(), recordedAt: moment })
  .meta({ id: 'Point' });
export type PointJson = z.output<typeof point>;

export const newPoint = z
  .object({
    ...place.shape,
    speedMetresPerSecond: z.number().min(0).max(fastestMetresPerSecond).nullish(),
    recordedAt: givenMoment.nullish(),
  })
  .meta({ id: 'NewPoint', description: 'Without recordedAt the moment of its arrival counts.' });
export const trackingPath = z.object({ tripId: idText });
