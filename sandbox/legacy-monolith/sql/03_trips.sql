-- Trips. Stat_cd: 10 requested, 20 started, 30 completed, 90 cancelled. Points are 'lat,lon', routes 'lat,lon;lat,lon;...'.
-- Ed_dt: completed at when 30, cancelled at when 90. There is no foreign key to vhcl_mst; it was dropped in a slow night.
create sequence sq_trip_no as int maxvalue 999999999;
create table trip_mst (
  trip_no  int primary key default nextval('sq_trip_no'),
  usr_no   int          not null references usr_mst,
  vhcl_no  int,
  stat_cd  smallint     not null default 10 check (stat_cd in (10, 20, 30, 90)),
  st_pt    varchar(40)  not null,
  ed_pt    varchar(40)  not null,
  rte_txt  text         not null,
  dist_mi  numeric(8,2) not null,
  req_dt   timestamp(0) not null default f_now(),
  st_dt    timestamp(0),
  ed_dt    timestamp(0),
  cncl_rsn varchar(100),
  upd_dt   timestamp(0)
);
alter sequence sq_trip_no owned by trip_mst.trip_no;
create index ix_trip_01 on trip_mst (usr_no, req_dt desc, trip_no desc);
create index ix_trip_02 on trip_mst (req_dt) where stat_cd = 10;

create sequence sq_trk_no as int maxvalue 999999999;
create table trk_pt (
  trk_no  int primary key default nextval('sq_trk_no'),
  trip_no int          not null references trip_mst,
  usr_no  int          not null,
  lat     numeric(9,6) not null,
  lon     numeric(9,6) not null,
  spd_mph numeric(5,1),
  rec_dt  timestamp(3) not null
);
alter sequence sq_trk_no owned by trk_pt.trk_no;
create index ix_trk_01 on trk_pt (trip_no, rec_dt, trk_no);

alter table trip_mst replica identity full;
alter table trk_pt replica identity full;
