-- The first page of the book: endpoints, what came to them, what was sent on, and the log that watchers follow.

-- `id` and `alias` are null once an endpoint is removed: free to be taken again while its captures are still being deleted.
-- `cleared` is the seq up to which its captures no longer count: they are gone for readers at once, and deleted in slices.
-- `n` is never given twice (AUTOINCREMENT), since the log goes on speaking of endpoints that are gone.
CREATE TABLE endpoints (
  n          INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT UNIQUE,
  alias      TEXT UNIQUE,
  created_at INTEGER NOT NULL,            -- Unix ms
  settings   TEXT    NOT NULL,            -- JSON: everything but what has a column
  secrets    BLOB,                        -- sealed with the key file: JSON list of {id, value, addedAt}
  captures   INTEGER NOT NULL DEFAULT 0,
  bytes      INTEGER NOT NULL DEFAULT 0,  -- of bodies
  last_seq   INTEGER NOT NULL DEFAULT 0,
  cleared    INTEGER NOT NULL DEFAULT 0,
  recheck    INTEGER NOT NULL DEFAULT 0   -- 1 while stored captures wait to be checked with changed signing settings
) STRICT;

-- The summary of a capture: just what a row of the list shows, so that lists and filters read little.
CREATE TABLE captures (
  seq          INTEGER PRIMARY KEY,       -- its place in the log
  id           TEXT    NOT NULL UNIQUE,
  endpoint     INTEGER NOT NULL REFERENCES endpoints (n),
  received_at  INTEGER NOT NULL,          -- Unix ms
  method       TEXT    NOT NULL,
  target       TEXT    NOT NULL,
  content_type TEXT,
  body_size    INTEGER NOT NULL,          -- bytes
  event_type   TEXT,
  event_id     TEXT,
  attempt      INTEGER NOT NULL,
  verdict      TEXT    NOT NULL,          -- JSON
  status       INTEGER NOT NULL,          -- of the answer
  ms           REAL    NOT NULL,          -- from the request's head to the commit
  pinned       INTEGER NOT NULL DEFAULT 0,
  read         INTEGER NOT NULL DEFAULT 0,
  tags         TEXT,                      -- JSON list
  note         TEXT,
  delivered_status INTEGER,               -- of the newest delivery: the response's status,
  delivered_error  TEXT                   -- or the code of what went wrong
) STRICT;

CREATE INDEX captures_by_endpoint ON captures (endpoint, seq);
CREATE INDEX captures_by_event ON captures (endpoint, event_id, seq) WHERE event_id IS NOT NULL;

-- The rest of a capture lives apart, so that listing never reads it. Header lists are flat JSON: [name, value, …],
-- one character U+0000–U+00FF per byte. Bodies stay BLOBs whatever they hold: a search casts them, the bytes never change.
CREATE TABLE contents (
  seq              INTEGER PRIMARY KEY REFERENCES captures (seq) ON DELETE CASCADE,
  http_version     TEXT NOT NULL,
  remote_address   TEXT NOT NULL,
  headers          TEXT NOT NULL,
  trailers         TEXT,
  answered_headers TEXT NOT NULL,
  answered_body    BLOB NOT NULL,
  body             BLOB,                  -- null where it lies in pieces
  pieces           INTEGER,               -- the body's number in `pieces`
  sha256           TEXT                   -- hex, of a body in pieces; of others it is made when asked for
) STRICT;

-- Finds the owners of pieces at the start without reading a single body.
CREATE INDEX contents_in_pieces ON contents (pieces) WHERE pieces IS NOT NULL;

-- Large bodies, cut so that writing one never holds up small captures. key = number of the body * 65536 + index of the piece.
CREATE TABLE pieces (
  key   INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE deliveries (
  n       INTEGER PRIMARY KEY AUTOINCREMENT, -- the log names it, so no number is given twice
  id      TEXT    NOT NULL UNIQUE,
  capture INTEGER NOT NULL REFERENCES captures (seq) ON DELETE CASCADE,
  record  TEXT    NOT NULL,               -- JSON, without the response's body
  body    BLOB                            -- of the response
) STRICT;

CREATE INDEX deliveries_by_capture ON deliveries (capture, n);

CREATE TABLE rejections (
  n      INTEGER PRIMARY KEY AUTOINCREMENT,
  record TEXT NOT NULL                    -- JSON
) STRICT;

-- The log, apart from arrivals: those are the captures themselves. `ref` is what an event speaks of: the seq of a capture, the n of
-- a delivery or a rejection; what stands there is not written a second time.
CREATE TABLE events (
  seq      INTEGER PRIMARY KEY,
  type     TEXT    NOT NULL,
  endpoint INTEGER,
  ref      INTEGER,
  record   TEXT                           -- JSON, what cannot be read from elsewhere
) STRICT;

-- One row: `floor` is the newest seq that was dropped from `events`; a cursor below it cannot be resumed.
CREATE TABLE log_state (floor INTEGER NOT NULL) STRICT;
INSERT INTO log_state VALUES (0);
