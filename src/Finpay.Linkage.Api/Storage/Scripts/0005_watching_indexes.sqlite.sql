-- oldest: 2

-- The records without a result, by how long they have waited. A result takes its record out. «status || ''» keeps SQLite, which has no
-- statistics, from reading all records of a status by upgrades_by_status instead.
CREATE INDEX upgrades_waiting ON upgrades (COALESCE(status_since, updated_at), partner_reference_no)
WHERE status || '' IN ('requested', 'widgetIssued', 'inProcess', 'inDoubt') AND asked_for IS NULL;

CREATE INDEX upgrades_asked_for ON upgrades (asked_for, created_at) WHERE asked_for IS NOT NULL;
