-- oldest: 2
-- The outbox: a row for each event and endpoint, written in the transaction of the change. It has no personal data: the message of a
-- result is read from its notification when it is sent.
CREATE TABLE event_deliveries (
  id text NOT NULL PRIMARY KEY,
  -- The same for all endpoints: what a receiver knows the event by.
  event_id text NOT NULL,
  type text NOT NULL,
  endpoint text NOT NULL,
  partner_reference_no text NOT NULL,
  status text NOT NULL,
  version bigint NOT NULL,
  -- Events of one reference are sent in this order: by version, and the change itself first.
  position bigint NOT NULL,
  at bigint NOT NULL,
  -- pending, delivered or dead.
  state text NOT NULL,
  -- Made pending again by an operator: it waits for no other event, and none waits for it.
  redelivered bigint NOT NULL DEFAULT 0,
  attempts bigint NOT NULL DEFAULT 0,
  -- How many attempts of the present schedule have failed.
  step bigint NOT NULL DEFAULT 0,
  next_attempt_at bigint,
  claim_id text,
  claimed_until bigint,
  -- The newest attempts, as members of a JSON array.
  attempt_log text NOT NULL DEFAULT '',
  last_error text,
  created_at bigint NOT NULL,
  delivered_at bigint,
  ended_at bigint
);
CREATE INDEX event_deliveries_due ON event_deliveries (endpoint, next_attempt_at, id) WHERE state = 'pending';
CREATE INDEX event_deliveries_by_reference ON event_deliveries (partner_reference_no, endpoint, position, id);
-- Nearly all are delivered: a list of those needs no index.
CREATE INDEX event_deliveries_by_state ON event_deliveries (state, id) WHERE state <> 'delivered';
CREATE INDEX event_deliveries_ended ON event_deliveries (ended_at, id) WHERE ended_at IS NOT NULL;

-- Which endpoints some instance has in its settings: the others write its events too, but never send them. Lists have commas; empty: all.
CREATE TABLE event_endpoints (
  name text NOT NULL PRIMARY KEY,
  owner text NOT NULL,
  types text NOT NULL,
  known_at bigint NOT NULL
);

-- One row: of the widgets, ordered by expiry and reference, those up to this one have been told.
CREATE TABLE event_progress (
  id bigint NOT NULL PRIMARY KEY,
  expired_until bigint NOT NULL,
  expired_reference text NOT NULL
);
