-- What synchronisation remembers in each participating database. The migration record created the schema `banyan` before.

-- Source side: where a capture stands.
create table banyan.capture (
  source text primary key,
  slot text not null,
  -- Where the slot began and what the snapshot shows.
  consistent_lsn pg_lsn not null,
  -- Written before the slot is told: a slot that is ahead of it was made again or moved, and changes are lost.
  acknowledged_lsn pg_lsn not null,
  snapshot_completed_at timestamptz
);

-- Target side: the position of the last change applied to each row. A deleted row keeps its position,
-- otherwise an older upsert that arrives late would bring the row back.
create table banyan.row_version (
  direction text not null,
  "table" text not null,
  key integer not null,
  commit_lsn pg_lsn not null,
  ordinal bigint not null,
  deleted boolean not null,
  primary key (direction, "table", key)
);

-- Target side: exact counts, written in the transaction that applies. A change counts once: applied, parked, or stale
-- (older than or equal to what the row has, for example handed over again after a crash).
create table banyan.progress (
  direction text not null,
  pipeline text not null,
  applied_count bigint not null default 0,
  stale_count bigint not null default 0,
  -- Parked now; a change that is redriven moves to applied or stale.
  parked_count bigint not null default 0,
  -- The furthest change that was handled, and when its source committed it.
  commit_lsn pg_lsn,
  ordinal bigint,
  committed_at timestamptz,
  primary key (direction, pipeline)
);

-- Target side: changes that could not be applied, and those of the same lane behind them, in the order of `id`.
create table banyan.parked (
  id bigint generated always as identity primary key,
  direction text not null,
  lane text not null,
  -- Makes parking the same message again a no-op.
  fingerprint text not null,
  topic text not null,
  -- `unreadable` where the message could not be read; the next four are then null.
  pipeline text not null,
  "table" text,
  key integer,
  commit_lsn pg_lsn,
  ordinal bigint,
  headers json not null,
  -- The envelope exactly as it came (`json` keeps the digits, `jsonb` would rewrite them); correct it here, then redrive.
  event json,
  -- Instead of `event` where the message is no JSON.
  raw bytea,
  -- Why this change cannot be applied; never a value of the row. Null for a change that only waits behind another.
  error_code text,
  error_message text,
  remedy text,
  attempt_count integer not null default 0,
  -- Set on the first change of a lane alone: when the lane is tried again.
  next_attempt_at timestamptz,
  parked_at timestamptz not null default clock_timestamp(),
  unique (direction, fingerprint)
);

create index parked_lane on banyan.parked (direction, lane, id);
create index parked_due on banyan.parked (direction, next_attempt_at) where next_attempt_at is not null;
