-- Which lots have a number: asked by whoever types the one on a bag.
create index lot_number on lot (upper(lot));
