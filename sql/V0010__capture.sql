-- What devices sent and the ledger has not answered for yet. Rows leave outbox when the ledger has.

-- The server's own key, which signs receipts. Made at the first start; all servers share it.
create table server_key (
  one boolean primary key default true check (one),
  private_key bytea not null, -- PKCS #8
  public_point bytea not null, -- 65 bytes, uncompressed
  made_at timestamptz not null default now()
);

create table outbox (
  position bigint generated always as identity primary key,
  event_id bytea not null unique,
  kid text not null,
  jws text not null,
  captured_at timestamptz not null default now()
);

-- The state that the kernel's rules would find if everything captured were committed: key and value as
-- on the ledger. position is that of the last outbox row that wrote it, and the row goes with that one.
create table captured_state (
  key text primary key,
  value bytea not null,
  position bigint not null
);
create index captured_state_position on captured_state (position);

create table receipt (
  id bigint generated always as identity primary key,
  jws text not null,
  commit_by timestamptz not null
);

-- Receipted, but the ledger found it wrong: the device learns it here.
create table refused_event (
  number bigint generated always as identity primary key,
  event_id bytea not null unique,
  kid text not null,
  reason text not null,
  field text,
  detail text,
  jws text not null,
  captured_at timestamptz not null,
  refused_at timestamptz not null default now()
);
create index refused_event_kid on refused_event (kid, number);

-- Hashes that signed events name, whose content may therefore be uploaded by anybody: roots of label
-- runs (subject run/…, size = number of labels) and described documents (subject product/… and so on).
create table announced (
  hash bytea not null,
  subject text not null,
  size integer not null,
  primary key (hash, subject)
);

create table label_run (
  root bytea primary key,
  hashes bytea not null -- 32 bytes a label, by number
);

create table document (
  hash bytea primary key,
  body bytea not null
);
