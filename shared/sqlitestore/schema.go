package sqlitestore

// migrations are the schema's upgrade steps: the n-th upgrades version n to n+1. A released step
// never changes.
//
// Times are Unix milliseconds; the zero time is that of the year 1.
var migrations = []string{
	`
CREATE TABLE integrations (
	user_id       TEXT    NOT NULL,
	id            TEXT    NOT NULL,
	version       INTEGER NOT NULL, -- the row of versions that holds
	failing_since INTEGER NOT NULL,
	notified      INTEGER NOT NULL,
	PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
	integration_id   TEXT    NOT NULL,
	version          INTEGER NOT NULL,
	user_id          TEXT    NOT NULL,
	name             TEXT    NOT NULL,
	description      TEXT    NOT NULL,
	event_types      TEXT    NOT NULL, -- separated by commas
	request_url      TEXT    NOT NULL,
	payload_template TEXT    NOT NULL,
	headers_template TEXT    NOT NULL,
	status           TEXT    NOT NULL,
	status_reason    TEXT    NOT NULL,
	do_not_retry     INTEGER NOT NULL,
	created_at       INTEGER NOT NULL,
	modified_at      INTEGER NOT NULL,
	secret           BLOB,             -- sealed
	previous_secret  BLOB,             -- sealed
	previous_until   INTEGER NOT NULL,
	replaced_at      INTEGER,          -- NULL while it holds
	PRIMARY KEY (integration_id, version)
) STRICT;

CREATE INDEX versions_replaced ON versions (replaced_at) WHERE replaced_at IS NOT NULL;

CREATE TABLE keys (
	user_id        TEXT    NOT NULL,
	key            TEXT    NOT NULL,
	integration_id TEXT    NOT NULL,
	fingerprint    TEXT    NOT NULL,
	until          INTEGER NOT NULL,
	PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_ending ON keys (until);

CREATE TABLE dispatches (
	integration_id  TEXT    NOT NULL,
	id              TEXT    NOT NULL,
	user_id         TEXT    NOT NULL,
	event_id        TEXT    NOT NULL,
	event_type      TEXT    NOT NULL,
	trigger_kind    TEXT    NOT NULL,
	status          TEXT    NOT NULL,
	reason          TEXT    NOT NULL,
	round           INTEGER NOT NULL,
	created_at      INTEGER NOT NULL,
	next_attempt_at INTEGER NOT NULL,
	finished_at     INTEGER NOT NULL,
	revision        INTEGER NOT NULL,
	expires_at      INTEGER NOT NULL,
	record          BLOB    NOT NULL, -- event and attempts, see package record
	PRIMARY KEY (integration_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX dispatches_expiring ON dispatches (expires_at);

CREATE TABLE messages (
	id                INTEGER PRIMARY KEY,
	queue             INTEGER NOT NULL, -- 0 deliveries, 1 retries, 2 dead: where it was last received
	receives          INTEGER NOT NULL, -- from that queue
	visible_at        INTEGER NOT NULL,
	sent_at           INTEGER NOT NULL,
	first_received_at INTEGER NOT NULL, -- the zero time until it was hidden
	grp               TEXT    NOT NULL,
	body              TEXT    NOT NULL
) STRICT`,
	`ALTER TABLE versions ADD COLUMN redirect_is_success INTEGER NOT NULL DEFAULT 0`,
	`
ALTER TABLE versions ADD COLUMN max_per_minute INTEGER NOT NULL DEFAULT 0;
ALTER TABLE integrations ADD COLUMN breaker TEXT NOT NULL DEFAULT ''; -- see package record
ALTER TABLE integrations ADD COLUMN shards INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dispatches ADD COLUMN accepted_at INTEGER NOT NULL DEFAULT -62135596800000000; -- in microseconds; the zero time
ALTER TABLE dispatches ADD COLUMN shards INTEGER NOT NULL DEFAULT 0;

-- What waits for an integration, in order: all that is asked of it is in the index.
CREATE INDEX dispatches_waiting ON dispatches
	(integration_id, accepted_at, id, user_id, shards, expires_at) WHERE status = 'WAITING';

CREATE TABLE lines (
	integration_id TEXT    NOT NULL PRIMARY KEY,
	user_id        TEXT    NOT NULL,
	shards         INTEGER NOT NULL,
	due_at         INTEGER NOT NULL,
	after          TEXT    NOT NULL,
	expires_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX lines_expiring ON lines (expires_at);

CREATE TABLE due (
	at             INTEGER NOT NULL,
	integration_id TEXT    NOT NULL,
	dispatch_id    TEXT    NOT NULL, -- '' for a line
	user_id        TEXT    NOT NULL,
	shards         INTEGER NOT NULL,
	PRIMARY KEY (at, integration_id, dispatch_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE rates (
	integration_id TEXT    NOT NULL PRIMARY KEY,
	all_free_at    INTEGER NOT NULL -- in microseconds
) STRICT, WITHOUT ROWID;

CREATE INDEX rates_idle ON rates (all_free_at)`,
	`
CREATE TABLE access_keys (
	id           TEXT    NOT NULL PRIMARY KEY,
	kind         TEXT    NOT NULL,
	user_id      TEXT    NOT NULL,
	name         TEXT    NOT NULL,
	secret       BLOB    NOT NULL, -- a hash, or sealed
	created_at   INTEGER NOT NULL,
	last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID`,
	`ALTER TABLE versions ADD COLUMN filter TEXT NOT NULL DEFAULT ''`,
	// dispatch_id is '' if other messages may be queued for the dispatch.
	`ALTER TABLE messages ADD COLUMN dispatch_id TEXT NOT NULL DEFAULT ''`,
}
