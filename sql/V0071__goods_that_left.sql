-- How a lot's goods moved last, by events of their units that are not corrected: lists say what has left.
alter table flow add column event_time bigint; -- as declared, ms since 1970
alter table lot_stage add column moved_kind text; -- shipped, received or returned; null where nothing moved
alter table lot_stage add column moved_time bigint; -- as declared, ms since 1970

-- 0 registered, 1 grown, 2 harvested, 3 packed, 4 shipped, 5 gone, with the last event on the way too.
create view lot_state as
  select subject,
    case when moved_time is null then stage else greatest(stage, 4) end as stage,
    case when moved_time >= last_time then moved_kind else last_kind end as last_kind,
    greatest(last_time, moved_time) as last_time
  from lot_stage;

create or replace view seen_lot with (security_barrier) as
  select l.subject, l.gtin, l.lot, l.commissioner, l.commissioned_at, l.recalled_since, l.events,
    s.stage, s.last_kind, s.last_time, l.withdrawn, l.place
  from lot l left join lot_state s using (subject)
  where exists (select from seen_subject c where c.subject = l.subject)
    -- What lies in a unit that was sent to the viewer, or in a unit within it
    or exists (select from flow f join seen_subject c on c.subject = f.target
      where f.source = l.subject and f.kind in ('packed', 'packed_lot'))
    or exists (select from flow f
      join flow p on p.source = f.target and p.kind = 'packed_unit'
      join seen_subject c on c.subject = p.target
      where f.source = l.subject and f.kind in ('packed', 'packed_lot'));

truncate event, history, lot, organisation, product, place, certificate, device, run, agent, concern, flow,
  run_use, lot_stage, certificate_party, device_use, lot_listed, loading;
update projection_checkpoint set block = -1;
