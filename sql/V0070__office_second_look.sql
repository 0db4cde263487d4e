-- The office sees what its phones were refused, also what was refused in the answer itself, until somebody
-- has seen to it.
alter table refused_event add column early boolean not null default false; -- in the answer: the device knows it
alter table refused_event add column seq bigint; -- of the key; null for those from before this column
alter table refused_event add column seen_at timestamptz; -- by somebody of the office

-- A lot whose registration was declared an error and not made anew: lists show it only to who asks for such.
alter table lot add column withdrawn boolean not null default false;

create or replace view seen_lot with (security_barrier) as
  select l.subject, l.gtin, l.lot, l.commissioner, l.commissioned_at, l.recalled_since, l.events,
    s.stage, s.last_kind, s.last_time, l.withdrawn, l.place
  from lot l left join lot_stage s using (subject)
  where exists (select from seen_subject c where c.subject = l.subject)
    -- What lies in a unit that was sent to the viewer, or in a unit within it
    or exists (select from flow f join seen_subject c on c.subject = f.target
      where f.source = l.subject and f.kind in ('packed', 'packed_lot'))
    or exists (select from flow f
      join flow p on p.source = f.target and p.kind = 'packed_unit'
      join seen_subject c on c.subject = p.target
      where f.source = l.subject and f.kind in ('packed', 'packed_lot'));

-- Which key signed an event: how much becomes suspect is counted before a lost phone is revoked.
alter table event add column kid text;

create function kid_of(jws text) returns text language plpgsql as $$
declare
  h text := translate(split_part(jws, '.', 1), '-_', '+/');
begin
  return convert_from(
    decode(rpad(h, (length(h) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb ->> 'kid';
exception when others then
  -- Somebody has changed the row; nobody's key signed that
  return null;
end $$;
update event set kid = kid_of(jws);
drop function kid_of;

create index event_signer on event (kid, record_time);
