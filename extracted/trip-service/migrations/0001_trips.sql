-- Ids below 1,000,000,000 are given out by legacy, so both sides create rows without meeting.
create sequence trip_id as integer minvalue 1000000000;
create sequence location_id as integer minvalue 1000000000;

create table trip (
  id integer primary key default nextval('trip_id'),
  user_id integer not null,
  vehicle_id integer,
  status text not null check (status in ('requested', 'started', 'completed', 'cancelled')),
  pickup_lat numeric(9, 6) not null,
  pickup_lon numeric(9, 6) not null,
  dropoff_lat numeric(9, 6) not null,
  dropoff_lon numeric(9, 6) not null,
  -- [[lat, lon], …] in the order they are driven, pickup and dropoff included.
  waypoints jsonb not null check (jsonb_typeof(waypoints) = 'array'),
  distance_metres integer not null check (distance_metres >= 0),
  requested_at timestamptz(3) not null,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  cancelled_at timestamptz(3),
  cancel_reason text,
  version integer not null default 1
);
alter sequence trip_id owned by trip.id;
create index trip_of_user on trip (user_id, requested_at desc, id desc);

create table location (
  id integer primary key default nextval('location_id'),
  trip_id integer not null references trip,
  -- The lane of synchronisation: a point travels with its user, as the trip does.
  user_id integer not null,
  lat numeric(9, 6) not null,
  lon numeric(9, 6) not null,
  speed_mps numeric(6, 2),
  recorded_at timestamptz(3) not null
);
alter sequence location_id owned by location.id;
create index location_of_trip on location (trip_id, recorded_at, id);

-- Inserted and deleted in one transaction: the WAL is the queue, the table stays empty. Only the insert is read, so the key is
-- identity enough.
create table outbox (
  event_id uuid primary key,
  aggregate_id integer not null,
  -- The user: the lane whose order the events keep.
  scope integer not null,
  event_type text not null,
  version integer not null,
  occurred_at timestamptz(3) not null,
  data jsonb not null
);

-- A delete must carry the lane's column, and a reader may want the row as it was.
alter table trip replica identity full;
alter table location replica identity full;

-- Streams of positions wait for the trip's id on this channel. Triggers, so that rows written by synchronisation wake them too.
create function notify_new_positions() returns trigger language plpgsql as $$
begin
  perform pg_notify('trip_position', trip_id::text) from (select distinct trip_id from added) as trips;
  return null;
end
$$;
create trigger location_added after insert on location referencing new table as added
  for each statement execute function notify_new_positions();

create function notify_trip_ended() returns trigger language plpgsql as $$
begin
  perform pg_notify('trip_position', new.id::text);
  return null;
end
$$;
create trigger trip_ended after update on trip for each row
  when (old.status is distinct from new.status and new.status in ('completed', 'cancelled'))
  execute function notify_trip_ended();
