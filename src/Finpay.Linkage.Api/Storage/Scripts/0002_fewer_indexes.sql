-- What one notification touches is what it costs. An id of version 7 begins with its time: it alone orders as (received_at, id) does.
DROP INDEX notifications_by_time;
DROP INDEX notifications_by_reference;
CREATE INDEX notifications_by_reference ON notifications (partner_reference_no, id);

-- Nearly all are applied: those are found without an index, the others need one.
DROP INDEX notifications_by_disposition;
CREATE INDEX notifications_by_disposition ON notifications (disposition, id) WHERE disposition <> 'applied';

-- Looked into with every result, and nearly always empty.
CREATE INDEX upgrades_in_process ON upgrades (phone_hash) WHERE status = 'inProcess';

-- A step of history is known by its record and version. It is written with its record held and its notification in the same transaction, and nothing is ever
-- deleted: to look both up once more (a foreign key) would cost as much as the step itself.
CREATE TABLE history (
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
  PRIMARY KEY (partner_reference_no, version)
);
INSERT INTO history (partner_reference_no, version, id, at, status, source, response_code, message, notification_id, via_reference)
  SELECT partner_reference_no, version, id, at, status, source, response_code, message, notification_id, via_reference FROM upgrade_history;
DROP TABLE upgrade_history;
ALTER TABLE history RENAME TO upgrade_history;
