-- The office sees what its phones were refused, also what was refused in the answer itself, until somebody
-- has seen to it.
alter table refused_event add column early boolean not null default false; -- in the answer: the device knows it
alter table refused_event add column seq bigint; -- of the key; null for those from before this column
alter table refused_event add column seen_at timestamptz; -- by somebody of the office
