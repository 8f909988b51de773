-- Captures of which something is still to be found out: what stands in a body too large to be read before the answer, or a verdict
-- that needs the provider's key. A table of its own, because hardly any capture is in it and each insert would pay for a column.
CREATE TABLE late_checks (
  seq INTEGER PRIMARY KEY REFERENCES captures (seq) ON DELETE CASCADE
) STRICT;
