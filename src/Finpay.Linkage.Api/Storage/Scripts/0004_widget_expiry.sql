-- Widget URLs are removed at expiry. Only the few that are there stand in it: a notification takes its record's out, and on PostgreSQL touches it not at all.
CREATE INDEX upgrades_with_widget ON upgrades (widget_expires_at) WHERE widget_url IS NOT NULL;
