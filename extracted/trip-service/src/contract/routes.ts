import type { RouteContract } from './route-contract.ts';
import { newRoute, plannedRoute, tripRoute, tripRoutePath } from './planned-routes.ts';
import { newPoint, point, trackingPath } from './tracking.ts';
import { cancelTrip, newTrip, startTrip, trip, tripPage, tripPath, tripQuery } from './trips.ts';

const ok = 200;
const created = 201;

/** Every route of the service under its name. */
export const tripContract = {
  requestTrip: {
    method: 'post',
    path: '/trips',
    summary: 'Request a trip for the caller; stops are put into a short order.',
    body: newTrip,
    answer: { kind: 'json', status: created, schema: trip, location: '/trips/{id}' },
    problems: [],
  },
  listTrips: {
    method: 'get',
    path: '/trips',
    summary: "List a user's trips, newest first; others' trips are for operators.",
    query: tripQuery,
    answer: { kind: 'json', status: ok, schema: tripPage },
    problems: [],
  },
  readTrip: {
    method: 'get',
    path: '/trips/{id}',
    summary: 'Read a trip.',
    params: tripPath,
    answer: { kind: 'json', status: ok, schema: trip },
    problems: ['trip-not-found'],
  },
  startTrip: {
    method: 'post',
    path: '/trips/{id}/start',
    summary: 'Start a requested trip; names its vehicle unless the request did.',
    params: tripPath,
    body: startTrip,
    answer: { kind: 'json', status: ok, schema: trip },
    problems: ['trip-not-found', 'illegal-trip-transition', 'trip-without-vehicle'],
  },
  completeTrip: {
    method: 'post',
    path: '/trips/{id}/complete',
    summary: 'Complete a started trip.',
    params: tripPath,
    answer: { kind: 'json', status: ok, schema: trip },
    problems: ['trip-not-found', 'illegal-trip-transition'],
  },
  cancelTrip: {
    method: 'post',
    path: '/trips/{id}/cancel',
    summary: 'Cancel a requested or started trip.',
    params: tripPath,
    body: cancelTrip,
    answer: { kind: 'json', status: ok, schema: trip },
    problems: ['trip-not-found', 'illegal-trip-transition'],
  },
  readRoute: {
    method: 'get',
    path: '/routes/{tripId}',
    summary: 'Read the route of a trip.',
    params: tripRoutePath,
    answer: { kind: 'json', status: ok, schema: tripRoute },
    problems: ['trip-not-found'],
  },
  planRoute: {
    method: 'post',
    path: '/routes',
    summary: 'Put waypoints into a short order; nothing is stored.',
    body: newRoute,
    answer: { kind: 'json', status: ok, schema: plannedRoute },
    problems: [],
  },
  recordPoint: {
    method: 'post',
    path: '/tracking/{tripId}/points',
    summary: 'Record where a started trip is.',
    params: trackingPath,
    body: newPoint,
    answer: { kind: 'json', status: created, schema: point },
    problems: ['trip-not-found', 'trip-not-started'],
  },
  readLatestPoint: {
    method: 'get',
    path: '/tracking/{tripId}/latest',
    summary: 'Read where a trip was last.',
    params: trackingPath,
    answer: { kind: 'json', status: ok, schema: point },
    problems: ['trip-not-found', 'no-position'],
  },
  streamPoints: {
    method: 'get',
    path: '/tracking/{tripId}/stream',
    summary: 'Follow where a trip is, until it ends.',
    params: trackingPath,
    answer: {
      kind: 'events',
      status: ok,
      description:
        'Server-sent events: `position` with a Point as data and its id as id, first the latest known one, or with Last-Event-ID ' +
        'those recorded after it; `end` when the trip has ended; a comment as a sign of life.',
    },
    problems: ['trip-not-found', 'too-many-streams'],
  },
} as const satisfies Readonly<Record<string, RouteContract>>;
