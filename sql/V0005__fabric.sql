-- What this database knows of a Fabric channel: the trace chaincode's world state as of a block, taken from the
-- blocks' write sets. Captures are judged by it, also while no peer answers. It can be dropped and made anew
-- from the blocks at any time.

create table fabric_checkpoint (
  one boolean primary key default true check (one),
  consortium text not null,
  block bigint not null, -- the last block whose writes are in fabric_state; -1 before the first
  hash bytea not null -- of that block's header: the next one must name it
);

create table fabric_state (
  key text primary key,
  value bytea not null
);
