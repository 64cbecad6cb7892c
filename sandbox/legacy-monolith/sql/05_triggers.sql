create function f_set_upd_dt() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' or new.upd_dt is null then
    new.upd_dt := f_now();
  end if;
  return new;
end
$$;
create trigger tr_trip_upd before insert or update on trip_mst for each row execute function f_set_upd_dt();
create trigger tr_vhcl_upd before insert or update on vhcl_mst for each row execute function f_set_upd_dt();

-- Per statement: a load of many trips writes each user once.
create function f_cnt_trip() returns trigger language plpgsql as $$
begin
  update usr_mst u set trip_cnt = u.trip_cnt + n.cnt
    from (select usr_no, count(*) as cnt from new_trip group by usr_no) n
   where u.usr_no = n.usr_no;
  return null;
end
$$;
create trigger tr_trip_cnt after insert on trip_mst referencing new table as new_trip
  for each statement execute function f_cnt_trip();
