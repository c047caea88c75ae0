CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OF id, at, actor, action, partner_reference_no, old_status, new_status ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END;
