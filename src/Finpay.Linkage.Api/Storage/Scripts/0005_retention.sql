-- What may be due for its age, oldest first. A row leaves when it is redacted, so it costs no more to look into as the years go by. created_at never changes: on
-- SQLite a notification does not touch the first at all.
CREATE INDEX upgrades_to_redact ON upgrades (created_at) WHERE redacted_at IS NULL;
-- Notifications that may have no upgrade to go with.
CREATE INDEX notifications_to_redact ON notifications (last_received_at) WHERE raw IS NOT NULL AND disposition IN ('orphan', 'invalid', 'unknownOutcome');
