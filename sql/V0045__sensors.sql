-- Devices in cold boxes, as their organisations register them. The broker asks this table for passwords.

create table sensor (
  id text primary key, -- lower case letters and digits, given by the server
  organisation text not null, -- GLN
  name text not null, -- as the administrator calls it
  box text not null, -- URI of the GRAI or GIAI; a device that moves to another box is registered anew
  measures text[] not null, -- temperature, humidity
  password_hash bytea not null, -- SHA-256 of 192 random bits
  made_by text not null, -- kid
  made_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index sensor_organisation on sensor (organisation, made_at);

-- What the boxes measured, a partition a UTC day, made by the server when the first reading of a day comes.
-- Old days leave by dropping their partition. What a bridge sends again is there already.
create table reading (
  day date not null,
  device text not null,
  seq bigint not null,
  window_id uuid not null, -- of the event that signs it
  kid text not null, -- of the bridge that sent it and signs that event
  leaf bytea not null, -- wire format, section 8: holds time and values
  primary key (day, device, seq, kid)
) partition by range (day);
create index reading_window on reading (window_id, seq);
