-- Users. Typ: C customer, O operator. Stat: A active, X closed.
-- All times in this schema are Seoul's wall clock, without a zone.
do $$
begin
  -- For people and jobs that connect without the program's settings.
  execute format('alter database %I set timezone to %L', current_database(), 'Asia/Seoul');
end
$$;

-- Cut, not rounded: a rounded second would lie in the future.
create function f_now() returns timestamp(0) language sql stable
  set timezone to 'Asia/Seoul'
  as $$ select date_trunc('second', localtimestamp)::timestamp(0) $$;

create sequence sq_usr_no as int maxvalue 999999999;
create table usr_mst (
  usr_no   int primary key default nextval('sq_usr_no'),
  usr_nm   varchar(60)  not null,
  email    varchar(120) not null unique,
  pwd_hash text         not null,
  usr_typ  char(1)      not null default 'C' check (usr_typ in ('C', 'O')),
  stat     char(1)      not null default 'A' check (stat in ('A', 'X')),
  trip_cnt int          not null default 0,
  reg_dt   timestamp(0) not null default f_now()
);
alter sequence sq_usr_no owned by usr_mst.usr_no;

create table sys_key (
  key_id  varchar(64)  primary key,
  prv_pem text         not null,
  pub_jwk json         not null,
  reg_dt  timestamp(0) not null default f_now()
);
