create view v_fleet_stat as
  select count(*)                                             as tot_cnt,
         count(*) filter (where stat_cd = 1)                  as avl_cnt,
         count(*) filter (where stat_cd = 2)                  as trp_cnt,
         count(*) filter (where stat_cd = 3)                  as mnt_cnt,
         count(*) filter (where stat_cd = 9)                  as ret_cnt,
         count(*) filter (where pwr_typ = 'E' and aux_val < 20) as low_bat_cnt,
         (select count(*) from diag_log where sev = 3)        as crit_cnt
    from vhcl_mst;
