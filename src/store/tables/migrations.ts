/**
 * The schema as the list of steps that made it; `user_version` says how many a file has seen.
 * A step that was released is never changed: a later step mends it. A column keeps its meaning for good, so that an older
 * f2b can read what it knows of a newer file; what means something else has another name.
 */

/**
 * Instants and durations are µs; NULL stands for "never ends". Addresses are canonical text.
 * Evidence, ports and members are JSON. No row ids and no times of writing: equal states are equal files' contents.
 */
const firstSchema = `
CREATE TABLE position (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  cursor      TEXT    NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE failure (
  jail     TEXT    NOT NULL,
  address  TEXT    NOT NULL,
  cursor   TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  evidence TEXT    NOT NULL CHECK (json_valid(evidence)),
  user     TEXT,
  PRIMARY KEY (jail, address, cursor)
) STRICT, WITHOUT ROWID;
CREATE INDEX failure_at ON failure (jail, at);

CREATE TABLE offender (
  jail          TEXT    NOT NULL,
  address       TEXT    NOT NULL,
  count         INTEGER NOT NULL,
  banned_at     INTEGER NOT NULL,
  bantime       INTEGER,
  total_bantime INTEGER,
  PRIMARY KEY (jail, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE ban (
  jail        TEXT    NOT NULL,
  address     TEXT    NOT NULL,
  since       INTEGER NOT NULL,
  until       INTEGER,
  disposition TEXT    NOT NULL,
  ports       TEXT    NOT NULL CHECK (json_valid(ports)),
  origin      TEXT    NOT NULL,
  count       INTEGER NOT NULL,
  failures    INTEGER NOT NULL,
  evidence    TEXT    NOT NULL CHECK (json_valid(evidence)),
  reason      TEXT,
  members     TEXT             CHECK (members IS NULL OR json_valid(members)),
  PRIMARY KEY (jail, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE allowance (
  address TEXT    NOT NULL PRIMARY KEY,
  since   INTEGER NOT NULL,
  until   INTEGER,
  reason  TEXT
) STRICT, WITHOUT ROWID;
`;

/**
 * What commits did to the failures, instead of the failures: see TallyUpkeep. A row first clears (JSON) and then adds
 * failures: compressed JSON, or text where they were rows before.
 */
const tallyLog = `
CREATE TABLE tally_log (
  id       INTEGER PRIMARY KEY,
  clears   TEXT,
  failures ANY
) STRICT;
INSERT INTO tally_log (failures)
  SELECT json_group_array(json_array(jail, address, cursor, at, count, json(evidence), user))
  FROM (SELECT *, (row_number() OVER (ORDER BY jail, address, cursor) - 1) / 5000 AS part FROM failure)
  GROUP BY part ORDER BY part;
DROP TABLE failure;
`;

/** Where the journals beside the machine's own stand: JSON, by the names of their sources. */
const otherJournals = `
ALTER TABLE position ADD COLUMN others TEXT CHECK (others IS NULL OR json_valid(others));
`;

/** Step n takes a file from `user_version` n to n + 1. */
export const migrations: readonly string[] = [firstSchema, tallyLog, otherJournals];
