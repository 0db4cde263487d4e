-- What whoever is invited is to do. The approval signs it, so nobody has to choose it a second time.
-- Null for invitations that are older than this.
alter table invitation add column use text; -- scanner, administrator, bridge
