-- Ids below 1,000,000,000 are given out by legacy, so both sides create rows without meeting.
create sequence vehicle_id as integer minvalue 1000000000;
create sequence sensor_id as integer minvalue 1000000000;
create sequence diagnostic_id as integer minvalue 1000000000;

create table vehicle (
  id integer primary key default nextval('vehicle_id'),
  plate text not null unique,
  model text not null,
  vin text not null,
  energy_kind text not null,
  battery_percent numeric(5, 2),
  fuel_litres numeric(7, 2),
  status text not null check (status in ('available', 'on-trip', 'maintenance', 'retired')),
  odometer_metres integer not null check (odometer_metres >= 0),
  firmware_version text not null,
  lat numeric(9, 6),
  lon numeric(9, 6),
  last_seen_at timestamptz(3),
  registered_at timestamptz(3) not null,
  version integer not null default 1,
  -- One amount, and the one that the kind names: a column never means two things.
  constraint vehicle_energy check (
    (energy_kind = 'battery' and battery_percent is not null and fuel_litres is null)
    or (energy_kind = 'fuel' and fuel_litres is not null and battery_percent is null)),
  constraint vehicle_position check ((lat is null) = (lon is null))
);
alter sequence vehicle_id owned by vehicle.id;

-- No foreign keys to vehicle: legacy has none either, and an orphan there must not park a vehicle's lane here.
create table sensor (
  id integer primary key default nextval('sensor_id'),
  vehicle_id integer not null,
  kind text not null check (kind in ('lidar', 'camera', 'radar', 'gps', 'imu')),
  serial text not null,
  status text not null check (status in ('ok', 'degraded', 'failed')),
  calibrated_at timestamptz(3)
);
alter sequence sensor_id owned by sensor.id;
create index sensor_of_vehicle on sensor (vehicle_id, id);

create table diagnostic (
  id integer primary key default nextval('diagnostic_id'),
  vehicle_id integer not null,
  code text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  message text not null,
  reported_at timestamptz(3) not null
);
alter sequence diagnostic_id owned by diagnostic.id;
create index diagnostic_of_vehicle on diagnostic (vehicle_id, id desc);
create index diagnostic_critical on diagnostic (id) where severity = 'critical';

-- Inserted and deleted in one transaction: the WAL is the queue, the table stays empty. Only the insert is read, so the key is
-- identity enough.
create table outbox (
  event_id uuid primary key,
  aggregate_id integer not null,
  -- The vehicle: the lane whose order the events keep.
  scope integer not null,
  event_type text not null,
  version integer not null,
  occurred_at timestamptz(3) not null,
  data jsonb not null
);

-- A delete must carry the lane's column, and a reader may want the row as it was.
alter table vehicle replica identity full;
alter table sensor replica identity full;
alter table diagnostic replica identity full;
