-- Lots are asked for by their names, however somebody types them.
create index lot_read_aloud on lot (upper(translate(lot, '- ', '')));
