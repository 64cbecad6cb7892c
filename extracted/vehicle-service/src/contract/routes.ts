import { diagnostic, diagnosticPage, diagnosticQuery, newDiagnostic } from './diagnostics.ts';
import { fleetStatus } from './fleet.ts';
import type { RouteContract } from './route-contract.ts';
import { newSensor, sensor, sensorList, sensorPath, sensorStatusChange } from './sensors.ts';
import * as vehicles from './vehicles.ts';

const ok = 200;
const created = 201;
const { vehicle, vehiclePath } = vehicles;

/** Every route of the service under its name. */
export const vehicleContract = {
  registerVehicle: {
    method: 'post',
    path: '/vehicles',
    summary: 'Register a vehicle.',
    isForOperators: true,
    body: vehicles.newVehicle,
    answer: { kind: 'json', status: created, schema: vehicle, location: '/vehicles/{id}' },
    problems: ['plate-taken'],
  },
  listVehicles: {
    method: 'get',
    path: '/vehicles',
    summary: 'List vehicles by id, upwards.',
    query: vehicles.vehicleQuery,
    answer: { kind: 'json', status: ok, schema: vehicles.vehiclePage },
    problems: [],
  },
  readVehicle: {
    method: 'get',
    path: '/vehicles/{id}',
    summary: 'Read a vehicle.',
    params: vehiclePath,
    answer: { kind: 'json', status: ok, schema: vehicle },
    problems: ['vehicle-not-found'],
  },
  changeVehicleStatus: {
    method: 'put',
    path: '/vehicles/{id}/status',
    summary: 'Change the status of a vehicle; retired is final.',
    isForOperators: true,
    params: vehiclePath,
    body: vehicles.vehicleStatusChange,
    answer: { kind: 'json', status: ok, schema: vehicle },
    problems: ['vehicle-not-found', 'vehicle-retired'],
  },
  updateFirmware: {
    method: 'put',
    path: '/vehicles/{id}/firmware',
    summary: 'Set the firmware version of a vehicle, also to a lower one.',
    isForOperators: true,
    params: vehiclePath,
    body: vehicles.firmwareChange,
    answer: { kind: 'json', status: ok, schema: vehicle },
    problems: ['vehicle-not-found'],
  },
  listSensors: {
    method: 'get',
    path: '/vehicles/{id}/sensors',
    summary: 'List the sensors of a vehicle.',
    params: vehiclePath,
    answer: { kind: 'json', status: ok, schema: sensorList },
    problems: ['vehicle-not-found'],
  },
  registerSensor: {
    method: 'post',
    path: '/vehicles/{id}/sensors',
    summary: 'Register a sensor of a vehicle.',
    isForOperators: true,
    params: vehiclePath,
    body: newSensor,
    answer: { kind: 'json', status: created, schema: sensor },
    problems: ['vehicle-not-found'],
  },
  changeSensorStatus: {
    method: 'put',
    path: '/vehicles/{id}/sensors/{sensorId}/status',
    summary: 'Change the status of a sensor.',
    isForOperators: true,
    params: sensorPath,
    body: sensorStatusChange,
    answer: { kind: 'json', status: ok, schema: sensor },
    problems: ['vehicle-not-found', 'sensor-not-found'],
  },
  listDiagnostics: {
    method: 'get',
    path: '/diagnostics',
    summary: 'List diagnostics by id, downwards.',
    query: diagnosticQuery,
    answer: { kind: 'json', status: ok, schema: diagnosticPage },
    problems: [],
  },
  reportDiagnostic: {
    method: 'post',
    path: '/diagnostics',
    summary: 'Report a diagnostic of a vehicle.',
    isForOperators: true,
    body: newDiagnostic,
    answer: { kind: 'json', status: created, schema: diagnostic },
    problems: ['vehicle-not-found'],
  },
  readFleetStatus: {
    method: 'get',
    path: '/fleet/status',
    summary: 'Count the fleet.',
    answer: { kind: 'json', status: ok, schema: fleetStatus },
    problems: [],
  },
} as const satisfies Readonly<Record<string, RouteContract>>;
