-- Vehicles. Pwr_typ: E electric, G gasoline. Aux_val: battery percent when E, US gallons when G.
-- Stat_cd: 1 available, 2 on trip, 3 maintenance, 9 retired.
create sequence sq_vhcl_no as int maxvalue 999999999;
create table vhcl_mst (
  vhcl_no     int primary key default nextval('sq_vhcl_no'),
  plate_no    varchar(12)   not null unique,
  mdl_nm      varchar(40)   not null,
  vin_no      varchar(17)   not null,
  pwr_typ     char(1)       not null check (pwr_typ in ('E', 'G')),
  aux_val     numeric(6,2)  not null,
  stat_cd     smallint      not null default 1 check (stat_cd in (1, 2, 3, 9)),
  odo_mi      numeric(10,1) not null default 0,
  fw_ver      varchar(20)   not null,
  lat         numeric(9,6),
  lon         numeric(9,6),
  lst_seen_dt timestamp(0),
  reg_dt      timestamp(0)  not null default f_now(),
  upd_dt      timestamp(0)
);
alter sequence sq_vhcl_no owned by vhcl_mst.vhcl_no;

-- Sensors. Typ: L lidar, C camera, R radar, G gps, I imu. Stat: O ok, D degraded, F failed.
create sequence sq_snsr_no as int maxvalue 999999999;
create table snsr_mst (
  snsr_no  int primary key default nextval('sq_snsr_no'),
  vhcl_no  int          not null,
  snsr_typ char(1)      not null check (snsr_typ in ('L', 'C', 'R', 'G', 'I')),
  srl_no   varchar(40)  not null,
  stat     char(1)      not null default 'O' check (stat in ('O', 'D', 'F')),
  cal_dt   timestamp(0)
);
alter sequence sq_snsr_no owned by snsr_mst.snsr_no;
create index ix_snsr_01 on snsr_mst (vhcl_no, snsr_no);

-- Diagnostics. Sev: 1 info, 2 warning, 3 critical.
create sequence sq_diag_no as int maxvalue 999999999;
create table diag_log (
  diag_no int primary key default nextval('sq_diag_no'),
  vhcl_no int          not null,
  diag_cd varchar(12)  not null,
  sev     smallint     not null check (sev in (1, 2, 3)),
  msg     varchar(200) not null,
  rpt_dt  timestamp(0) not null default f_now()
);
alter sequence sq_diag_no owned by diag_log.diag_no;
create index ix_diag_01 on diag_log (vhcl_no, diag_no desc);

alter table vhcl_mst replica identity full;
alter table snsr_mst replica identity full;
alter table diag_log replica identity full;
