import type { Request } from 'express';
import type { OwnListing } from '../dao/own-listing.ts';
import { actingFor } from './caller.ts';
import { readFields } from './fields.ts';
import { readIdCursor, readLimit } from './paging.ts';

/** @throws {Refusal} 400, or 403 when the caller asks for another user's things and is no operator */
export function readOwnListing(request: Request): OwnListing {
  const { userId, ...page } = readFields(request.query, (fields) => ({
    userId: fields.optional('userId', (name) => fields.digits(name)),
    beforeId: readIdCursor(fields),
    limit: readLimit(fields),
  }));
  return { userId: actingFor(request, userId), ...page };
}
