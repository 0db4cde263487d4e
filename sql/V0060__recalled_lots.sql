-- Which lots of a product are recalled: asked by whoever scans the barcode of the product alone.
create index lot_recalled on lot (gtin, recalled_since desc) where recalled_since is not null;
