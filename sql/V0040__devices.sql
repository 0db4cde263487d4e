-- Sessions: which browser or phone has shown, by a signature, that it holds which enrolled key.

create table session_challenge (
  challenge bytea primary key,
  expires_at timestamptz not null
);

create table session (
  token_hash bytea primary key, -- SHA-256 of what the cookie holds
  kid text not null,
  organisation text not null, -- GLN
  expires_at timestamptz not null
);
create index session_kid on session (kid);

-- Who is invited to hold a key of an organisation, and the key that was offered in answer. Whether it was
-- enrolled, the ledger says. Names are for the organisation's own screens; nothing here is ever on the ledger.
create table invitation (
  token_hash bytea primary key,
  organisation text not null,
  name text not null, -- of the person or device, as the administrator calls it
  language text not null,
  made_at timestamptz not null default now(),
  expires_at timestamptz not null,
  refused_at timestamptz,
  kid text, -- of the offer, like the rest; null before it
  jwk text,
  proof text,
  device text, -- as the device calls itself
  offered_at timestamptz
);
create index invitation_organisation on invitation (organisation, made_at);
create index invitation_kid on invitation (kid);

-- The projection learns of keys, agents and runs of labels. They stand in blocks that were projected before, so it
-- starts again from the first; the follower needs some seconds for a hundred thousand events.

create table device (
  kid text primary key,
  organisation text not null, -- GLN
  administrator boolean not null,
  enrolled_at bigint not null, -- record times, ms since 1970
  revoked_at bigint
);
create index device_organisation on device (organisation);

create table run (
  subject text primary key,
  gtin text not null,
  run text not null,
  printer text not null, -- GLN
  labels integer not null,
  root bytea not null
);
create index run_run on run (run);

-- Who may record for whom, as of now.
create table agent (
  organisation text not null,
  agent text not null,
  primary key (organisation, agent)
);
create index agent_agent on agent (agent);

truncate event, history, lot, organisation, product, place, certificate;
update projection_checkpoint set block = -1;
