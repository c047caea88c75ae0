-- One text for both engines: text, bigint and bytea only; times are UTC in Unix milliseconds; *_hash and fingerprint are keyed (HMAC-SHA256).
-- Encrypted columns (AES-256-GCM): phone_no, widget_url, message, kyc_message, raw.

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
CREATE INDEX notifications_by_time ON notifications (received_at, id);
CREATE INDEX notifications_by_disposition ON notifications (disposition, received_at, id);
CREATE INDEX notifications_by_reference ON notifications (partner_reference_no, received_at, id);

CREATE TABLE upgrade_history (
  id text NOT NULL PRIMARY KEY,
  partner_reference_no text NOT NULL REFERENCES upgrades (partner_reference_no),
  version bigint NOT NULL,
  at bigint NOT NULL,
  status text NOT NULL,
  source text NOT NULL,
  response_code text,
  message bytea,
  notification_id text REFERENCES notifications (id),
  via_reference text
);
CREATE INDEX upgrade_history_by_reference ON upgrade_history (partner_reference_no, version);
