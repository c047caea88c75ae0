-- oldest: 2
-- online

-- The list by status and the statistics, which read only this: the times and the merchant are in it too. A result moves its record in this index anyway.
CREATE INDEX CONCURRENTLY IF NOT EXISTS upgrades_by_status_and_times ON upgrades (
  status, created_at, partner_reference_no, updated_at, status_since, merchant_id);

DROP INDEX CONCURRENTLY IF EXISTS upgrades_by_status;
