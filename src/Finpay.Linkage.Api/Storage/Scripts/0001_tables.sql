-- One text for both engines: text, bigint and bytea only. Times are UTC in Unix milliseconds. *_hash and fingerprint are keyed hashes (HMAC-SHA256).
-- Encrypted columns (AES-256-GCM): phone_no, widget_url, message, kyc_message, raw, reason.

CREATE TABLE upgrades (
  partner_reference_no text NOT NULL PRIMARY KEY,
  owner text NOT NULL,
  merchant_id text NOT NULL,
  status text NOT NULL,
  fingerprint bytea,
  phone_no bytea,
  phone_hash bytea,
  widget_url bytea,
  widget_expires_at bigint,
  expiry_estimated bigint NOT NULL DEFAULT 0,
  response_code text,
  may_have_arrived bigint NOT NULL,
  attempt_id text,
  lease_until bigint,
  version bigint NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  redacted_at bigint
);
CREATE INDEX upgrades_by_time ON upgrades (created_at, partner_reference_no);
CREATE INDEX upgrades_by_status ON upgrades (status, created_at, partner_reference_no);
CREATE INDEX upgrades_by_phone ON upgrades (phone_hash, created_at, partner_reference_no);
-- Every result looks here for other records of its phone; it is nearly always empty. «status || ''» keeps SQLite, which has no statistics,
-- from reading all records in process by upgrades_by_status instead.
CREATE INDEX upgrades_in_process ON upgrades (phone_hash) WHERE status || '' = 'inProcess';
-- Only records that still have a widget URL: those that retention has to look at.
CREATE INDEX upgrades_with_widget ON upgrades (widget_expires_at) WHERE widget_url IS NOT NULL;
-- created_at never changes, so on SQLite a notification does not touch this index.
CREATE INDEX upgrades_to_redact ON upgrades (created_at) WHERE redacted_at IS NULL;

-- An id is a UUID of version 7: it orders by time.
-- kyc_response is a known word, or «other»: other words are in raw alone.
CREATE TABLE notifications (
  id text NOT NULL PRIMARY KEY,
  dedupe_key bytea UNIQUE,
  received_at bigint NOT NULL,
  last_received_at bigint NOT NULL,
  deliveries bigint NOT NULL,
  partner_reference_no text,
  merchant_id text,
  kyc_response text,
  kyc_message bytea,
  phone_hash bytea,
  disposition text NOT NULL,
  evidence text NOT NULL,
  raw bytea
);
CREATE INDEX notifications_by_reference ON notifications (partner_reference_no, id);
-- Nearly all are applied: a list of those needs no index.
CREATE INDEX notifications_by_disposition ON notifications (disposition, id) WHERE disposition <> 'applied';
CREATE INDEX notifications_to_redact ON notifications (last_received_at) WHERE raw IS NOT NULL AND disposition IN ('orphan', 'invalid', 'unknownOutcome');

-- No foreign keys: a line is written while its record is locked, and no record is ever deleted. A check would cost as much as the line.
CREATE TABLE upgrade_history (
  partner_reference_no text NOT NULL,
  version bigint NOT NULL,
  id text NOT NULL,
  at bigint NOT NULL,
  status text NOT NULL,
  source text NOT NULL,
  response_code text,
  message bytea,
  notification_id text,
  via_reference text,
  -- The same step again, directly after it, is counted here.
  count bigint NOT NULL DEFAULT 1,
  last_at bigint,
  PRIMARY KEY (partner_reference_no, version)
);

-- With SQLite alone, one row: when retention looked last, for how many milliseconds (24 hours at most) the clock has agreed with itself, and
-- which start of the machine that was, for how many milliseconds it had run.
CREATE TABLE retention_clock (
  id bigint NOT NULL PRIMARY KEY,
  seen_at bigint NOT NULL,
  agreed_for bigint NOT NULL,
  boot text NOT NULL,
  uptime bigint NOT NULL
);

-- Who did what to which reference, when. Rows are only inserted; a redaction removes the reason. Retention removes old rows, and its own
-- row, with removed_before, says which: no other row may go.
CREATE TABLE audit (
  id text NOT NULL PRIMARY KEY,
  at bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  partner_reference_no text,
  old_status text,
  new_status text,
  reason bytea,
  removed_before bigint CHECK (removed_before IS NULL
    OR (action = 'pruneAudit' AND actor = '(retention)' AND removed_before <= at - 86400000))
);
CREATE INDEX audit_by_reference ON audit (partner_reference_no, id);
CREATE INDEX audit_of_retention ON audit (removed_before) WHERE removed_before IS NOT NULL;
-- A redaction finds the reasons, which are few, whatever else is noted of its reference.
CREATE INDEX audit_with_reason ON audit (partner_reference_no) WHERE reason IS NOT NULL;

-- Which storage keys the data needs: a keyed hash of each, never a key. seq is 0 for a key that has only been read with (or from which everything
-- was moved away), else the keys of a kind have written in this order. A lookup key has no id of its own: it goes by its hash.
CREATE TABLE storage_keys (
  kind text NOT NULL,
  id text NOT NULL,
  check_value bytea NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (kind, id)
);
