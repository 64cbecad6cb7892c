-- Local orders of all facades that share this database; the newest of each key is in force everywhere.
create table banyan.override (
  capability text not null,
  -- '' for the whole capability.
  scope text not null,
  -- Null: the order was lifted. The row stays, or a replica that was away would bring the order back.
  side text check (side in ('legacy', 'extracted')),
  reason text not null,
  given_by text not null,
  since timestamptz not null,
  primary key (capability, scope)
);
