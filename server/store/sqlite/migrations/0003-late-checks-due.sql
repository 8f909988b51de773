-- When each of those captures is looked at, and beside whom: one whose key could not be had rests for a while, and a light one never
-- waits behind heavy ones, which are looked at one at a time.
ALTER TABLE late_checks ADD COLUMN heavy INTEGER NOT NULL DEFAULT 0; -- 1: finding it out takes long
ALTER TABLE late_checks ADD COLUMN due   INTEGER NOT NULL DEFAULT 0; -- Unix ms; not looked at before

UPDATE late_checks SET heavy = 1 WHERE seq IN (SELECT seq FROM captures WHERE body_size > 1048576);

CREATE INDEX late_checks_by_due ON late_checks (heavy, due, seq);
