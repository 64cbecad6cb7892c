export const sensorKinds = ['lidar', 'camera', 'radar', 'gps', 'imu'] as const;
export type SensorKind = (typeof sensorKinds)[number];

export const sensorStatuses = ['ok', 'degraded', 'failed'] as const;
export type SensorStatus = (typeof sensorStatuses)[number];

export interface Sensor {
  readonly id: number;
  readonly vehicleId: number;
  readonly kind: SensorKind;
  readonly serial: string;
  readonly status: SensorStatus;
  readonly calibratedAt: string | null;
}
