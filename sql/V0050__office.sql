-- What an office sees: who is concerned by what, and what went into what. Computed from blocks that were
-- projected before, so the projection starts again from the first.

-- Who had to do with a subject: who recorded it, on whose behalf, to whom it was sent.
create table concern (
  subject text not null,
  gln text not null,
  primary key (subject, gln)
);
create index concern_gln on concern (gln, subject);

-- Lot into lot, lot into unit, unit into unit, unit to organisation, by events that are not corrected.
create table flow (
  source text not null,
  target text not null,
  kind text not null,
  event_id bytea not null,
  record_time bigint not null,
  primary key (source, target, event_id)
);
create index flow_target on flow (target);
create index flow_event on flow (event_id);

-- What became of the labels of a run.
create table run_use (
  run text not null, -- subject
  use text not null, -- bound, packed, voided, replaced
  first integer not null,
  last integer not null,
  lot text, -- of bound
  unit text, -- of packed
  event_id bytea not null,
  primary key (run, event_id, use, first)
);
create index run_use_lot on run_use (lot);
create index run_use_event on run_use (event_id);

-- How far a lot is: 0 registered, 1 grown, 2 harvested, 3 packed, 4 gone. A hint for lists; the history tells.
create table lot_stage (
  subject text primary key,
  stage integer not null,
  last_kind text not null,
  last_time bigint not null -- as declared, ms since 1970
);
create index lot_commissioned_at on lot (commissioned_at desc, subject);

-- Who applied for a certificate, decided about it or holds it.
create table certificate_party (
  gdti text not null,
  gln text not null,
  primary key (gdti, gln)
);
create index certificate_party_gln on certificate_party (gln);

-- How much of what a key has signed is here.
create table device_use (
  kid text primary key,
  events integer not null,
  last_seq bigint not null,
  last_time bigint not null -- record time
);

-- Who looks: set for each transaction by the server, from the session.
create function viewer() returns text language sql stable
  as $$ select nullif(current_setting('sanchi.organisation', true), '') $$;

-- Schemes that the viewer may decide certificates of.
create function viewer_schemes() returns text[] language sql stable
  as $$ select string_to_array(nullif(current_setting('sanchi.schemes', true), ''), ',') $$;

-- The viewer, and those who let it record for them.
create view seen_as as
  select viewer() as gln where viewer() is not null
  union select organisation from agent where agent = viewer();

create view seen_subject with (security_barrier) as
  select c.subject from concern c join seen_as using (gln);

create view seen_lot with (security_barrier) as
  select l.*, s.stage, s.last_kind, s.last_time
  from lot l left join lot_stage s using (subject)
  where l.subject in (
    select subject from seen_subject
    -- What lies in a unit that was sent to the viewer, or in a unit within it
    union select f.source from seen_subject u
      join flow f on f.target = u.subject and f.kind in ('packed', 'packed_lot')
    union select f.source from seen_subject u
      join flow p on p.target = u.subject and p.kind = 'packed_unit'
      join flow f on f.target = p.source and f.kind in ('packed', 'packed_lot'));

create view seen_run with (security_barrier) as
  select r.* from run r where r.printer in (select gln from seen_as);

create view seen_product with (security_barrier) as
  select p.* from product p where 'product/' || p.gtin in (select subject from seen_subject);

create view seen_place with (security_barrier) as
  select p.* from place p where 'place/' || p.gln in (select subject from seen_subject);

create view seen_certificate with (security_barrier) as
  select c.* from certificate c
  where c.holder in (select gln from seen_as)
    or c.gdti in (select p.gdti from certificate_party p join seen_as using (gln))
    or c.scheme = any (viewer_schemes());

create view seen_device with (security_barrier) as
  select d.*, u.events, u.last_seq, u.last_time
  from device d left join device_use u using (kid)
  where d.organisation = viewer();

-- An organisation's own rows, which are on no ledger.

create table draft (
  organisation text not null,
  id text not null,
  kind text not null,
  body text not null, -- JSON
  changed_at timestamptz not null default now(),
  primary key (organisation, id)
);

-- What a new lot of a product starts with.
create table product_default (
  organisation text not null,
  gtin text not null,
  body text not null, -- JSON
  primary key (organisation, gtin)
);

create table recall_plan (
  organisation text not null,
  id text not null,
  body text not null, -- JSON: lots, reason, advice, hazard
  made_by text not null, -- kid
  made_at timestamptz not null default now(),
  ended_at timestamptz, -- signed, or given up
  primary key (organisation, id)
);

create table recall_confirmation (
  organisation text not null,
  plan text not null,
  kid text not null,
  confirmed_at timestamptz not null default now(),
  foreign key (organisation, plan) references recall_plan on delete cascade
);
create index recall_confirmation_plan on recall_confirmation (organisation, plan);

-- Pictures that a description names by hash; anybody who has a package may see them.
create table photo (
  hash bytea primary key,
  type text not null,
  body bytea not null
);

do $$
declare t text;
begin
  foreach t in array array['draft', 'product_default', 'recall_plan', 'recall_confirmation'] loop
    execute format('alter table %I enable row level security', t);
    -- The server owns the tables, and is bound all the same
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy own_rows on %I using (organisation = viewer()) with check (organisation = viewer())', t);
  end loop;
end $$;

truncate event, history, lot, organisation, product, place, certificate, device, run, agent;
update projection_checkpoint set block = -1;
