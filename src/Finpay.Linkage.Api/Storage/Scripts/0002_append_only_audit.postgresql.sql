CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''The audit trail is append-only.''; END';
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OF id, at, actor, action, partner_reference_no, old_status, new_status OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
