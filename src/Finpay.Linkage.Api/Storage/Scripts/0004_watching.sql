-- oldest: 2
-- When the status last changed, where that is not updated_at; when the record was told as overdue; the record that it asks about.
ALTER TABLE upgrades ADD COLUMN status_since bigint;
ALTER TABLE upgrades ADD COLUMN overdue_at bigint;
ALTER TABLE upgrades ADD COLUMN asked_for text;

-- Overdue records that Finnet is still to be asked about, oldest first, for the operator who wanted it.
CREATE TABLE ask_again_queue (
  partner_reference_no text NOT NULL PRIMARY KEY,
  created_at bigint NOT NULL,
  actor text NOT NULL
);
CREATE INDEX ask_again_queue_by_age ON ask_again_queue (created_at, partner_reference_no);

-- One row: when any instance last asked about one of them.
CREATE TABLE ask_again_pace (id bigint NOT NULL PRIMARY KEY, asked_at bigint NOT NULL);
INSERT INTO ask_again_pace (id, asked_at) VALUES (1, 0);
