-- Everything here is computed from the ledger's blocks and can be dropped and replayed.

create table projection_checkpoint (
  one boolean primary key default true check (one),
  block bigint not null -- the last one that is projected; -1 before the first
);
insert into projection_checkpoint (block) values (-1);

create table event (
  event_id bytea primary key,
  jws text not null,
  kind text not null,
  block bigint not null,
  record_time bigint not null -- ms since 1970, the ledger's
);

create table history (
  subject text not null,
  n integer not null, -- from 1
  event_id bytea not null,
  record_time bigint not null,
  head bytea not null, -- after this event
  primary key (subject, n)
);

create table lot (
  subject text primary key,
  gtin text not null,
  lot text not null,
  commissioner text, -- GLN; null until commissioned
  commissioned_at timestamptz,
  recalled_since timestamptz, -- null unless a recall is in force
  events integer not null
);

create table organisation (
  gln text primary key,
  member text, -- MSP id; null until admitted
  document bytea, -- of the last description
  events integer not null
);

create table product (
  gtin text primary key,
  document bytea,
  events integer not null
);

create table place (
  gln text primary key,
  document bytea,
  events integer not null
);

create table certificate (
  gdti text primary key,
  scheme text,
  holder text, -- GLN
  status text not null, -- the kind of the last event that says so: applied, granted, refused, suspended, revoked
  valid_from date,
  valid_to date,
  events integer not null
);
