CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''The audit trail is append-only.''; END';
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OF id, at, actor, action, partner_reference_no, old_status, new_status, removed_before OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE FUNCTION audit_is_not_deleted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NOT EXISTS (SELECT 1 FROM audit WHERE removed_before > OLD.at) THEN RAISE EXCEPTION ''The audit trail is append-only.''; END IF; RETURN OLD; END';
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_not_deleted();
