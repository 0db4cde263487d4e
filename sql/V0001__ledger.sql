-- The embedded ledger. These tables stay empty where the ledger is a Fabric network.

-- Fabric's common.Block in protobuf: the ledger itself. The other columns repeat what stands in it.
create table embedded_block (
  number bigint primary key,
  hash bytea not null, -- of the block's header
  time bigint not null, -- of its transaction, in ms since 1970
  block bytea not null
);

-- The state that the blocks' write sets add up to.
create table embedded_state (
  key text collate "C" primary key,
  value bytea not null,
  block bigint not null -- that wrote it: Fabric's version of the key
);

-- The local members' authorities and peers, and the client that proposes. All keys lie here, readable
-- to whoever runs the database: that is why verdicts on this ledger say "one operator holds all keys".
create table embedded_identity (
  msp_id text not null,
  role text not null, -- ca, peer or client
  certificate bytea not null, -- DER
  private_key bytea not null, -- PKCS #8
  primary key (msp_id, role)
);
