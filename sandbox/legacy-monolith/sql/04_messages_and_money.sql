create sequence sq_msg_no as int maxvalue 999999999;
create table ntf_msg (
  msg_no  int primary key default nextval('sq_msg_no'),
  usr_no  int          not null references usr_mst,
  msg_txt varchar(200) not null,
  reg_dt  timestamp(0) not null default f_now()
);
alter sequence sq_msg_no owned by ntf_msg.msg_no;
create index ix_msg_01 on ntf_msg (usr_no, msg_no desc);

create sequence sq_fdbk_no as int maxvalue 999999999;
create table fdbk (
  fdbk_no int primary key default nextval('sq_fdbk_no'),
  usr_no  int          not null references usr_mst,
  trip_no int,
  scr     smallint     not null check (scr between 1 and 5),
  cmt     varchar(500) not null,
  reg_dt  timestamp(0) not null default f_now()
);
alter sequence sq_fdbk_no owned by fdbk.fdbk_no;
create index ix_fdbk_01 on fdbk (usr_no, fdbk_no desc);

-- Money is counted in whole credits.
create table bil_acct (
  usr_no   int primary key references usr_mst,
  crdt_amt int not null check (crdt_amt >= 0)
);

create sequence sq_chrg_no as int maxvalue 999999999;
create table bil_chrg (
  chrg_no int primary key default nextval('sq_chrg_no'),
  usr_no  int          not null references bil_acct,
  trip_no int,
  amt     int          not null check (amt > 0),
  rsn     varchar(100) not null,
  chrg_dt timestamp(0) not null default f_now()
);
alter sequence sq_chrg_no owned by bil_chrg.chrg_no;
create index ix_chrg_01 on bil_chrg (usr_no, chrg_no desc);
