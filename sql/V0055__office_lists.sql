-- Lists of an office that hold a million lots, what is on its way in boxes, and what has changed for whom.
-- Computed from blocks that were projected before, so the projection starts again from the first.

-- Parts of lot numbers are searched by trigrams. A trusted extension: the owner of a database may create it.
create extension if not exists pg_trgm;

alter table lot add column place text; -- GLN where it was commissioned

-- A row for each lot and each organisation that it concerns: what seen_lot tells, kept, so that each order of
-- the list is an index and the last page costs what the first does. Orders go by bytes.
create table lot_listed (
  gln text not null collate "C",
  subject text not null collate "C",
  gtin text not null collate "C",
  number text not null collate "C", -- of the lot, in upper case
  place text collate "C",
  state text not null collate "C", -- registered, growing, harvested, packed, gone, recalled
  commissioned_at timestamptz not null,
  changed_at bigint not null, -- last event as declared, ms since 1970
  primary key (gln, subject)
);
create index lot_listed_newest on lot_listed (gln, commissioned_at, subject);
create index lot_listed_changed on lot_listed (gln, changed_at, subject);
create index lot_listed_number on lot_listed (gln, number, subject);
create index lot_listed_state on lot_listed (gln, state, commissioned_at, subject);
create index lot_listed_product on lot_listed (gln, gtin, commissioned_at, subject);
create index lot_listed_place on lot_listed (gln, place, commissioned_at, subject);
create index lot_listed_part on lot_listed using gin (number gin_trgm_ops);
create index lot_listed_lot on lot_listed (subject);

-- Asked for one lot, not for all of them: so each condition starts from the lot.
create or replace view seen_lot with (security_barrier) as
  select l.subject, l.gtin, l.lot, l.commissioner, l.commissioned_at, l.recalled_since, l.events,
    s.stage, s.last_kind, s.last_time
  from lot l left join lot_stage s using (subject)
  where exists (select from seen_subject c where c.subject = l.subject)
    -- What lies in a unit that was sent to the viewer, or in a unit within it
    or exists (select from flow f join seen_subject c on c.subject = f.target
      where f.source = l.subject and f.kind in ('packed', 'packed_lot'))
    or exists (select from flow f
      join flow p on p.source = f.target and p.kind = 'packed_unit'
      join seen_subject c on c.subject = p.target
      where f.source = l.subject and f.kind in ('packed', 'packed_lot'));

-- Units that were put into cold boxes, by events that are not corrected.
create table loading (
  unit text not null,
  box text not null, -- URI of the GRAI or GIAI
  event_id bytea not null,
  record_time bigint not null,
  primary key (unit, event_id)
);
create index loading_time on loading (record_time);
create index loading_event on loading (event_id);

-- The newest change that concerns an organisation: screens that are open wait for it. Not part of the
-- projection: a replay must not set it back.
create sequence office_change_number;
create table office_change (
  gln text primary key,
  number bigint not null
);

create function office_changed() returns trigger language plpgsql as $$
begin
  insert into office_change (gln, number) values (
    coalesce(new.organisation, old.organisation), nextval('office_change_number'))
  on conflict (gln) do update set number = excluded.number;
  return null;
end $$;
create trigger recall_plan_changed after insert or update or delete on recall_plan
  for each row execute function office_changed();
create trigger recall_confirmation_changed after insert or update or delete on recall_confirmation
  for each row execute function office_changed();
create trigger invitation_changed after insert or update or delete on invitation
  for each row execute function office_changed();

create function office_changed_by_refusal() returns trigger language plpgsql as $$
begin
  insert into office_change (gln, number)
  select organisation, nextval('office_change_number') from device where kid = new.kid
  on conflict (gln) do update set number = excluded.number;
  return null;
end $$;
create trigger refused_event_changed after insert on refused_event
  for each row execute function office_changed_by_refusal();

-- Trying a recall out: nothing of it is on the ledger.
create table recall_rehearsal (
  organisation text not null,
  id text not null,
  gtin text not null,
  lot text not null,
  made_by text not null, -- kid
  started_at timestamptz not null default now(),
  ended_at timestamptz, -- null while it goes on
  result text, -- JSON: what it would have reached
  primary key (organisation, id)
);
alter table recall_rehearsal enable row level security;
alter table recall_rehearsal force row level security;
create policy own_rows on recall_rehearsal
  using (organisation = viewer()) with check (organisation = viewer());

create index event_block on event (block);

truncate event, history, lot, organisation, product, place, certificate, device, run, agent, concern, flow,
  run_use, lot_stage, certificate_party, device_use;
update projection_checkpoint set block = -1;
