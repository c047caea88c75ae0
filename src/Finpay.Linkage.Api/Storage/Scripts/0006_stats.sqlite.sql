-- oldest: 2
-- The list by status and the statistics, which read only this: the times and the merchant are in it too. A result moves its record in this index anyway.
CREATE INDEX upgrades_by_status_and_times ON upgrades (
  status, created_at, partner_reference_no, updated_at, status_since, merchant_id);
DROP INDEX upgrades_by_status;
